/** Most memory this process has held so far, in MB (`maxRSS` is in KiB on every platform). */
export function peakMemoryMb(): number {
  return Math.round((process.resourceUsage().maxRSS * 1024) / 1e6);
}
