/** Values of a metric's labels, by name. */
export type Labels = Readonly<Record<string, string>>;

/** Upper bounds of the latency histogram, in seconds. */
const BUCKETS: readonly number[] = [
  0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
];
/** A metric with more combinations of labels keeps no further ones: labels may come from outside. */
const MAX_SERIES = 2000;

interface Series {
  readonly labels: Labels;
  value: number;
  readonly buckets?: number[];
  count?: number;
}

interface Metric {
  readonly kind: "counter" | "gauge" | "histogram";
  readonly help: string;
  readonly series: Map<string, Series>;
}

/**
 * Counters, gauges and histograms in Prometheus' text format (version 0.0.4). By hand, since the usual library brings
 * three packages for what is sixty lines.
 */
export class Metrics {
  readonly #metrics = new Map<string, Metric>();

  /** Adds to a counter. */
  count(name: string, help: string, labels: Labels = {}, by: number = 1): void {
    const series = this.#series(name, "counter", help, labels);
    if (series !== undefined) series.value += by;
  }

  /** Sets a gauge. */
  set(name: string, help: string, value: number, labels: Labels = {}): void {
    const series = this.#series(name, "gauge", help, labels);
    if (series !== undefined) series.value = value;
  }

  /** Notes a duration, in seconds. */
  observe(name: string, help: string, seconds: number, labels: Labels = {}): void {
    const series = this.#series(name, "histogram", help, labels);
    if (series === undefined) return;
    series.value += seconds;
    series.count = (series.count ?? 0) + 1;
    BUCKETS.forEach((bound, index) => {
      if (seconds <= bound) series.buckets![index]! += 1;
    });
  }

  /** All of them as text. */
  render(): string {
    const lines: string[] = [];
    for (const [name, { kind, help, series }] of this.#metrics) {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`);
      for (const one of series.values())
        if (kind === "histogram") lines.push(...histogramLines(name, one));
        else lines.push(`${name}${describeLabels(one.labels)} ${one.value}`);
    }
    return `${lines.join("\n")}\n`;
  }

  #series(name: string, kind: Metric["kind"], help: string, labels: Labels): Series | undefined {
    let metric = this.#metrics.get(name);
    if (metric === undefined) {
      metric = { kind, help, series: new Map() };
      this.#metrics.set(name, metric);
    }
    const key = describeLabels(labels);
    let series = metric.series.get(key);
    if (series === undefined) {
      if (metric.series.size >= MAX_SERIES) return undefined;
      series = { labels, value: 0, ...(kind === "histogram" && { buckets: BUCKETS.map(() => 0), count: 0 }) };
      metric.series.set(key, series);
    }
    return series;
  }
}

function histogramLines(name: string, { labels, value, buckets = [], count = 0 }: Series): string[] {
  return [
    ...BUCKETS.map(
      (bound, index) => `${name}_bucket${describeLabels({ ...labels, le: String(bound) })} ${buckets[index]}`,
    ),
    `${name}_bucket${describeLabels({ ...labels, le: "+Inf" })} ${count}`,
    `${name}_sum${describeLabels(labels)} ${value}`,
    `${name}_count${describeLabels(labels)} ${count}`,
  ];
}

function describeLabels(labels: Labels): string {
  const entries = Object.entries(labels);
  if (entries.length === 0) return "";
  const escapeValue = (text: string): string =>
    text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
  return `{${entries.map(([name, value]) => `${name}="${escapeValue(value)}"`).join(",")}}`;
}
