/* Preloaded into a measured process (`node --import`): what it took stands in the file that USAGE_FILE names. */
import { writeFileSync } from "node:fs";

process.on("exit", () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const usage = { seconds: (userCPUTime + systemCPUTime) / 1e6, peakMemoryMb: Math.round(maxRSS / 1024) };
  writeFileSync(process.env.USAGE_FILE, JSON.stringify(usage));
});
