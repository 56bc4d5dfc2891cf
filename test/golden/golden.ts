import { readFileSync } from 'node:fs'

/** The fixture `name` of this folder, as make_golden.py wrote it. */
export function golden<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`${name}.json`, import.meta.url), 'utf8')) as T
}

/** How far `seen` is from `wanted`, relative where `wanted` exceeds 1. */
export function distance(seen: number, wanted: number): number {
  return Math.abs(seen - wanted) / Math.max(1, Math.abs(wanted))
}
