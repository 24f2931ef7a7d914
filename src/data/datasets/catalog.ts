import { join } from "node:path";
import type { Query } from "../../types/index.ts";
import { distinctQueries } from "./distinct-queries.ts";
import { readGsm8kRows } from "./gsm8k.ts";
import { readFoldRows } from "./mawps.ts";
import { loadSvamp } from "./svamp.ts";

/** A file of a data set as its authors publish it. */
export interface DatasetFile {
  /** In the authors' repository, with `/`. */
  readonly path: string;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** Names of data sets that can be pulled. */
export type DatasetName = "gsm8k" | "mawps" | "svamp";

/** A published data set of questions with golden answers. */
export interface Dataset {
  readonly name: DatasetName;
  readonly description: string;
  readonly license: string;
  /** Where its authors keep it. */
  readonly home: string;
  /** Address the paths of `files` follow after. */
  readonly baseUrl: string;
  readonly files: readonly DatasetFile[];
  /** Folders in which the files may lie below a user's folder, besides the repository's own layout. */
  readonly otherFolders: readonly string[];
  /** Questions, by the folder-independent list of the files' paths, in the order of `files`. */
  load(paths: readonly string[]): Promise<Query[]>;
}

/** All data sets, by name. */
export const DATASETS: readonly Dataset[] = [
  {
    name: "gsm8k",
    description: "8792 grade-school problems: ids gsm8k-train-… and gsm8k-test-… for the authors' two parts",
    license: "MIT",
    home: "https://github.com/openai/grade-school-math",
    baseUrl: "https://raw.githubusercontent.com/openai/grade-school-math/master/",
    otherFolders: ["", "grade-school-math", "data"],
    files: [
      {
        path: "grade_school_math/data/train.jsonl",
        bytes: 4166206,
        sha256: "17f347dc51477c50d4efb83959dbb7c56297aba886e5544ee2aaed3024813465",
      },
      {
        path: "grade_school_math/data/test.jsonl",
        bytes: 749738,
        sha256: "3730d312f6e3440559ace48831e51066acaca737f6eabec99bccb9e4b3c39d14",
      },
    ],
    async load([train, test]) {
      const trained = await distinctQueries("gsm8k-train", readGsm8kRows(train!));
      const tested = await distinctQueries("gsm8k-test", readGsm8kRows(test!));
      return [
        ...trained.map((query) => ({ ...query, split: "train" as const })),
        ...tested.map((query) => ({ ...query, split: "test" as const })),
      ];
    },
  },
  {
    name: "mawps",
    description: "1744 arithmetic word problems, each counted once although the five folds overlap",
    license: "MIT",
    home: "https://github.com/arkilpatel/SVAMP",
    baseUrl: "https://raw.githubusercontent.com/arkilpatel/SVAMP/main/",
    otherFolders: ["", "SVAMP/cv_mawps", "cv_mawps"],
    files: [
      {
        path: "data/cv_mawps/fold0/train.csv",
        bytes: 595844,
        sha256: "0674253e6099813cefbb1d6eae3d2dc784ab6ebfdaf8755f6ebb4b99fc1f6ebe",
      },
      {
        path: "data/cv_mawps/fold1/train.csv",
        bytes: 593821,
        sha256: "ad8846861202060f2dfcb8423d23218cbf6a4a67010d4d4d939b9df61b2d34b0",
      },
      {
        path: "data/cv_mawps/fold2/train.csv",
        bytes: 593895,
        sha256: "b137a07367e1b3cd9556fae7b9e17fb5e23836e1e6dc9357719049ebc8860c62",
      },
      {
        path: "data/cv_mawps/fold3/train.csv",
        bytes: 597305,
        sha256: "fb1e286a94feed24a41c5560095e21a33d61888c7c27a355e6ccef725deaf084",
      },
      {
        path: "data/cv_mawps/fold4/train.csv",
        bytes: 594735,
        sha256: "9194364265a42e0f146cc73f514c806c5d322827cd025a474ded33af076837bb",
      },
    ],
    load: (paths) => {
      async function* rows() {
        for (const path of paths) yield* readFoldRows(path);
      }
      return distinctQueries("mawps", rows());
    },
  },
  {
    name: "svamp",
    description: "1000 arithmetic word problems made to mislead, each a body and a question",
    license: "MIT",
    home: "https://github.com/arkilpatel/SVAMP",
    baseUrl: "https://raw.githubusercontent.com/arkilpatel/SVAMP/main/",
    otherFolders: ["", "SVAMP"],
    files: [
      {
        path: "SVAMP.json",
        bytes: 339970,
        sha256: "5be77703a6d891ae476d7c082787ad361392aa02453b132516cdd5f4e7934e3e",
      },
    ],
    load: ([path]) => loadSvamp(path!),
  },
];

/**
 * Places at which a file may lie below a folder: as in the authors' repository, in a clone of it, or with a shorter
 * path in one of the data set's other folders.
 */
export function listPlaces(dataset: Dataset, file: DatasetFile, folder: string): string[] {
  const repository = dataset.home.split("/").at(-1)!;
  const isFold = file.path.includes("/fold");
  const short = file.path
    .split("/")
    .slice(isFold ? -2 : -1)
    .join("/");
  return [
    join(folder, file.path),
    join(folder, repository, file.path),
    ...dataset.otherFolders.map((other) => join(folder, other, short)),
  ];
}
