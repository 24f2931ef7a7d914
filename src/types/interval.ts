/** Two bounds, lower first. */
export type Interval = readonly [lower: number, upper: number];
