import type { PageFinder } from "../../serve/index.ts";
import { packageFile } from "./package-files.ts";

/** The pages that ship with the package. @throws IoError where the installation lacks them */
export async function servicePages(): Promise<PageFinder> {
  const { pagesIn } = await import("../../serve/index.ts");
  return pagesIn(packageFile("dist/web"));
}
