import { Help } from "commander";

/**
 * Reward models and embedders as `--help` lists them, from the lists they are made from, so that help cannot name
 * what does not exist.
 * @param width in characters, to which descriptions are wrapped
 */
export async function modelCatalog(width: number): Promise<string> {
  const { REWARD_MODELS } = await import("../../reward/index.ts");
  const { EMBEDDERS } = await import("../../embed/index.ts");
  const rewardModels = REWARD_MODELS.map(({ kind, description }) => [kind, description] as const);
  const embedders = EMBEDDERS.map(({ name, description }) => [name, description] as const);
  const termWidth = Math.max(...[...rewardModels, ...embedders].map(([name]) => name.length));
  const help = new Help();
  help.prepareContext({ helpWidth: width });
  const list = (rows: readonly (readonly [string, string])[]): string =>
    rows.map(([name, description]) => help.formatItem(name, termWidth, description, help)).join("\n");
  return `\nReward models:\n${list(rewardModels)}\n\nEmbedders:\n${list(embedders)}`;
}
