import type { Verdict } from '../../src/base/verdict.ts'
import type { Column } from '../../src/data/frame.ts'
import { frame } from '../../src/data/frame.ts'
import { type AnyGate, type GateConfig, gates } from '../../src/gates/catalog.ts'
import { type GateInput, NOTHING_GATHERED } from '../../src/gates/gate.ts'

/** Held-out rows of two classes, all of class 0 and both versions sure of it, but for what is given. */
export function gateRows(rows: number, given: Partial<GateInput> = {}): GateInput {
  return {
    ...NOTHING_GATHERED,
    task: { kind: 'binary', classes: ['no', 'yes'] },
    labels: new Float64Array(rows),
    champion: new Float32Array(rows).fill(0.1),
    challenger: new Float32Array(rows).fill(0.1),
    scale: 1,
    training: { champion: [], challenger: [] },
    heldOut: Array.from({ length: rows }, (_, row) => row),
    equalContentRows: null,
    ...given,
  }
}

/** Wrong on the rows that `isWrong` names, if the label is 0 everywhere. */
export function wrongOn(rows: number, isWrong: (row: number) => boolean): Float32Array {
  return Float32Array.from({ length: rows }, (_, row) => (isWrong(row) ? 0.9 : 0.1))
}

/** One categorical feature; a row without a value has `null`. */
export function category(name: string, values: readonly (string | null)[]): Column {
  const categories = [...new Set(values.filter((value) => value !== null))]
  return {
    kind: 'categorical',
    name,
    values: Int32Array.from(values, (value) => (value === null ? -1 : categories.indexOf(value))),
    missing: Uint8Array.from(values, (value) => (value === null ? 1 : 0)),
    categories,
  }
}

export function number(name: string, values: ArrayLike<number>): Column {
  const own = Float64Array.from(values)
  return { kind: 'numeric', name, values: own, missing: Uint8Array.from(own, (x) => (Number.isNaN(x) ? 1 : 0)) }
}

export const featuresOf = (...columns: Column[]) => ({ features: frame(columns) })

/** Asks the gate that the options name, through the catalog, as a run does. */
export function askGate(
  input: GateInput,
  options: { readonly gate: GateConfig['gate'] } & Readonly<Record<string, unknown>>,
): Verdict {
  const gate: AnyGate = gates.get(options.gate)
  return gate.judge(input, gate.config.parse(options))
}
