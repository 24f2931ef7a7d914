// Loaded into the shipped command by `node --import`: from the nth write or sync of the run's log on, each one fails
// with the code given, as on a full or broken disk. OIRL_DISK_FAULT is "nth code half", "half" being 1 where half of
// the data reaches the file first. The number of operations goes to descriptor 2 at the end.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const [nth, code, half] = process.env.OIRL_DISK_FAULT.split(" ");
const LOG = /[/\\](?:journal|interactions)\.jsonl$/;
let operations = 0;
let hasFailed = false;

const open = fs.promises.open;
fs.promises.open = async (path, ...rest) => {
  const handle = await open(path, ...rest);
  if (!LOG.test(String(path)) || rest[0] !== "a+") return handle;
  for (const name of ["appendFile", "datasync", "sync"]) {
    const original = handle[name].bind(handle);
    handle[name] = async (data, ...options) => {
      if (operations++ < Number(nth)) return original(data, ...options);
      if (!hasFailed && name === "appendFile" && half === "1") await original(data.slice(0, data.length / 2));
      hasFailed = true;
      throw Object.assign(new Error(`${code}: injected, ${name}`), { code, syscall: "write" });
    };
  }
  return handle;
};
syncBuiltinESMExports();
process.on("exit", () => fs.writeSync(2, `operations: ${operations}, failed: ${hasFailed}\n`));
