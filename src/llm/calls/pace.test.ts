import { expect, test } from "vitest";
import { Pace } from "./pace.ts";

test("turns are evenly spaced, and those that nobody took are lost", () => {
  let now = 1000;
  const pace = new Pace(100, () => now);
  expect([pace.takeTurn(), pace.takeTurn(), pace.takeTurn()]).toEqual([0, 100, 200]);
  now = 1150;
  expect(pace.takeTurn()).toBe(150);
  now = 9000;
  expect([pace.takeTurn(), pace.takeTurn()]).toEqual([0, 100]);
  const unlimited = new Pace(0, () => now);
  expect([unlimited.takeTurn(), unlimited.takeTurn()]).toEqual([0, 0]);
});

test("the longest pause counts", () => {
  let now = 0;
  const pace = new Pace(0, () => now);
  pace.pause(50);
  pace.pause(20);
  now = 30;
  expect(pace.isPaused).toBe(true);
  now = 50;
  expect(pace.isPaused).toBe(false);
});
