import packageManifest from "../../package.json" with { type: "json" };

/** Version of this package, as written into every run directory. */
export const PACKAGE_VERSION: string = packageManifest.version;
