/** The environment for an npm of our own: the settings of the npm that runs the tests must not leak into it. */
export function npmEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^npm_(?:config|package|lifecycle)_/u.test(name),
  );
  return { ...Object.fromEntries(own), NO_COLOR: "1" };
}
