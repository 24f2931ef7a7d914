// Reading of the shared tables, see ../layout.ts.
import {
  CONTEXT_ADDRESS,
  CONTEXT_NODE_QUERIES,
  CONTEXT_NODES,
  CONTEXT_SCRATCH,
  CONTEXT_SCRATCH_BYTES,
  CONTEXT_WORDS_ADDRESS,
  NODE_BYTES,
  NODE_QUERIES,
} from "../layout";

@inline
export function context(field: i32): f64 {
  return load<f64>(<usize>CONTEXT_ADDRESS + (<usize>field << 3));
}

/** An address or a size. */
@inline
export function address(field: i32): usize {
  return load<u32>(<usize>CONTEXT_WORDS_ADDRESS + (<usize>field << 2));
}

@inline
export function nodeAddress(index: u32): usize {
  return address(CONTEXT_NODES) + <usize>index * NODE_BYTES;
}

/** A word of a node or part record. */
@inline
export function word(record: usize, field: i32): usize {
  return load<u32>(record + (<usize>field << 2));
}

@inline
export function setWord(record: usize, field: i32, value: usize): void {
  store<u32>(record + (<usize>field << 2), value);
}

@inline
export function get(node: usize, field: i32): f64 {
  return load<f64>(node + (<usize>field << 3));
}

@inline
export function set(node: usize, field: i32, value: f64): void {
  store<f64>(node + (<usize>field << 3), value);
}

/** Address of a node's queries. */
@inline
export function locateQueries(node: usize): usize {
  return address(CONTEXT_NODE_QUERIES) + (word(node, NODE_QUERIES) << 2);
}

/** Scratch memory of this thread. */
export let scratch: usize = 0;

export function useScratch(worker: i32): void {
  scratch = address(CONTEXT_SCRATCH) + <usize>worker * address(CONTEXT_SCRATCH_BYTES);
}
