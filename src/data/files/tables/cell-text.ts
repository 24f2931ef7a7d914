/** A value of a typed table (JSON, Parquet) as the text a CSV file would hold; empty for null and undefined. */
export function cellText(value: unknown): string {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
    case "boolean":
    case "bigint":
      return String(value);
    case "object":
      if (value === null) return "";
      return (
        JSON.stringify(value, (_key, inner) => (typeof inner === "bigint" ? String(inner) : inner)) ?? ""
      );
    default:
      return "";
  }
}
