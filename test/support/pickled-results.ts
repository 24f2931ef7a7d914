import { inflateSync } from "node:zlib";

/*
 * Files as NumPy writes them, made by NumPy 2.4: `np.save` of a 0-dimensional object array that holds
 *
 *   {"gsm8k_xgboost_0.model_10": entry(1), "gsm8k_xgboost_1.model_10": entry(1),
 *    "gsm8k_xgboost_0_1.model_10": entry(2), "lm_preds": {"test_query_metric": (np.float64(.5),)}}
 *
 * with, for K prompts and 20 rows,
 *
 *   b = np.arange(20) % (K + 1) == 0
 *   entry(K) = {"acc": np.zeros((2, 20), bool), "in_dom_prompt_test_q": b, "smart_combined": b.astype(np.int64),
 *     "active_combined": ~b, "train_gold": np.linspace(.2, .4, K) if K > 1 else np.array([.25]),
 *     "test_query_metric": (np.float64(.5), np.float64("nan"), np.float64(.1)), "note": "x", "none": None,
 *     "big": 12345678901}
 */

/** Pickle protocol 3 with NumPy 1's module names, as the release has it. */
const PROTOCOL_3 =
  "eNrVlVtz20QUx6WkpcVAL2BoKQXM1Q4EkwAFUwIuhBaoG6csFFSgCK2keE0tyX9pHWIa0xawXBdKgXJruZX75RvwEXjjlRlm4GPw" +
  "Bru27BgrmSnDA7DW2NbRnrPn/M/v2KeK+2b27leVeeVQ2rID009vT6UXZ9PjqfSc53PfcHXPt2xp3mVUAlvYA2ZUbXGfGRtPNVL/" +
  "bCWOjJpuzanWs6bn21mnVuFlw/eNekL3bdNzA+7XTJ6A0t2VcK3uU6gFpYmRaZVitIVVBKszBXUs2mTxetVO4DxtRFGU2RzWtI+1" +
  "sJbg/ExhVFOFbRGJYrG4+w+xOm+FPMcFtH0AFzZwUUbbLLaUAid3UF8oUc8LuD6RdTzLruiTE1jXwPqMNiq2GKaJDUxhnVQ2MpHH" +
  "xQSXiDwKI4VkiCTrJkAncalM4DKCTSIBNnS0wrGZtqczyjkuXM6xhWpJ8bXs6pbn6FXfc6pc57ZIFLiil9FWmdGVBFfJjJJNXM02" +
  "taeTqhJ/IcVxDdXWiZCBY/hcNz2Hll3bwrW9YNfJYNcT3BAFuzEqrpxDWhaXIRjrqTuFm2Il3ixKPKsOlfJfu8c4xy1UW9/pLS/P" +
  "20tCZHtC3CqFmCCYjIS4raPqMqKquJ3jDqolRDQxRqJXJa9iYVsv0J0y0F0EORlIbeLuSNG5HLZLRe8hmJK4xLW8V2i5tpvxT3nc" +
  "x5Gn2kZ5SgeAmu3XdcfmftnEjhVmKzCNiuEncD+b6kX6LY8HQkwTPMgGrL8fxs4Quwge6lrPnJbrhzweDvEIwe4WCtoqsc/1uI09" +
  "ne4vYCYyuTaKxc6k0HIJs8dXb9v6y68jtWXGa3JpvPY28GiG9ceKSJUeI3i8P1b7pODnPi1PcDxJWX8oNBlvP8FTUfueXnkonuE4" +
  "QFl/Ap6VnjrBc5Gnwcb+D0hTDpOyPr6WrMImmIuqKK2ML+MoU9bn9XnpeZCgEvHqsKlBDF0Oj7Id7K9IVUOAwB9CKgjBCWpDSM2H" +
  "eIFgoYU628NmWLHIlpDZEv9FHoTmxQYODUCzKFNtELzUh+bw34PmCMfRAWhelvFeIXg1Eq0ZQaPELoQcrQFojknPNsHxyPO1ZaFZ" +
  "qXn/lh2vc5wYgOYNWcVJgjejKt6KoFFjF97mODUAzTvS812C9zqdaOJ9Cc2Gbst/zHc/f87jA47TcXjOhPiQ4KMheD4O8QnBp0Pw" +
  "nA3xGcHnLXwRh0f6VuTfpG0F+LKBr2InfR3iG4Jvm/guqBkc39Psn9BUCD4=";
/** Pickle protocol 4 with NumPy 2's module names. */
const PROTOCOL_4 =
  "eNrVlU9r1EAUwJNs1y1VrMJWRPawt2yhrF1EKKWwlEUFF1Op9uBBwiSZ7gSTzDqZlC626KWtK3Pb50FPgp/Cj+DNqyDox/Cmk0Tt" +
  "/slSg0j1JSSZN2/ee/PeL8nA2Lpz94Gq7ChPdAeHNtNXq/rehr5U1bcp4wwFJmUOjtU3kRdiqQ8J6mI5ri0uVferfyZzz2Zevi0p" +
  "iYhLQeR3e3XTpgzX/cjjLmIM9UCcMxm2aRByFtkcBiCKiSWIUuCkJgNoKwfQUi04gk2otdVFUhBFh/e6OLbXNlag/zydKgh1DwzD" +
  "uP1NSnJpNzlY/YewDzVxuRP6K4/M3Y5FacjN5bpPHeyZjeVktoBsG4hGinE0UvoRq621y4dAzgrNahyHIfOjQZQ4SKum/KaANBdl" +
  "NzAd6ptdRv0uNzmWKT3OSKAsB5V+q6wqk0fi6HzoI8ZlZX3LDbAzxYXcgTtSqDXI2sMbdSzXf22cbHke2dzdwSftOS5bRtXUxMec" +
  "fAFkCzrUy1qupiXbHioZuZpVsNk0rQ/NxOnFtI0RZj3Tx5y5EilFnAlt5CEmaSXrPxd8acKh9EtuHau+Ph1SvX4Vy7vU6gjETEA5" +
  "BqHuJo8BBkMULLcDL4rXK58+a9E43Y0RusnCNLIrObkl1fyIEj17Tf0/4Y1cy88XWc2Gan0MGXJjGIGcVJBNco/cN8jWLwqujH3j" +
  "TokDZeLMy8G0fpyW/mQO1IlzGgdaysGFtJvvm+n949/gYdaL/zDYCWX3M10fQBghGbf+HZxb67c=";

/** The file's bytes. */
export function pickledResults(protocol: 3 | 4): Uint8Array {
  return new Uint8Array(inflateSync(Buffer.from(protocol === 3 ? PROTOCOL_3 : PROTOCOL_4, "base64")));
}
