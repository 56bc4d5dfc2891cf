import type { PatchBatch } from './batch.ts'
import { sliceBatch } from './batch.ts'
import { addToClassTables, type ClassTables, emptyClassTables, testClassTables } from './class-tables.ts'
import { addToSignal, NO_SIGNAL, readSignal, type Signal } from './signal.ts'
import { DECAY, type PatchOutcome } from './tables.ts'
import { addToValueTables, emptyValueTables, testValueTables, type ValueTables } from './value-tables.ts'

/** Bounded state of the patch test for the version that is live: a few thousand numbers, whatever the traffic. */
export interface PatchState {
  readonly tables: ClassTables | ValueTables
  readonly signal: Signal
  /** g of the batch before, null before the second tested batch. */
  readonly gap: number | null
}

/** What the patch test says after a batch, in loss per row (0/1; squared error in units of `scale`²). */
export interface PatchEstimate {
  /** g, the smoothed avoidable loss; below 0 where the tables know less than the champion. */
  readonly gap: number
  /** Of `gap`, > 0. */
  readonly standardError: number
  /** g of the batch before; null for the first that was tested. */
  readonly previousGap: number | null
  /** Rows of the newest batch. */
  readonly rows: number
}

/**
 * The patch test of a version that goes live: empty tables, no signal.
 *
 * @param width   features of the layout, ≥ 0
 * @param classes number of classes; 0 for regression
 */
export function startPatchTest(width: number, classes: number): PatchState {
  const tables = classes === 0 ? emptyValueTables(width) : emptyClassTables(width, classes)
  return { tables, signal: NO_SIGNAL, gap: null }
}

/** Adds a batch to the tables without testing it: a version's first live batch, and a reinstated version's past. */
export function fillTables(state: PatchState, batch: PatchBatch): PatchState {
  if (batch.rows === 0) return state
  return { ...state, tables: add(state.tables, batch) }
}

/** Tests a batch against the tables, then adds it. `inHalves`: the second half is tested with the first half added. */
export function testThenFill(
  state: PatchState,
  batch: PatchBatch,
  inHalves: boolean,
): { state: PatchState; estimate: PatchEstimate | null } {
  if (batch.rows === 0) return { state, estimate: null }
  const tested = inHalves
    ? testHalves(state.tables, batch)
    : { outcome: test(state.tables, batch), tables: add(state.tables, batch) }
  const signal = addToSignal(state.signal, tested.outcome)
  const { gap, standardError } = readSignal(signal)
  return {
    state: { tables: tested.tables, signal, gap },
    estimate: { gap, standardError, previousGap: state.gap, rows: batch.rows },
  }
}

function test(tables: ClassTables | ValueTables, batch: PatchBatch): PatchOutcome {
  return tables.kind === 'classes' ? testClassTables(tables, batch) : testValueTables(tables, batch)
}

function add(tables: ClassTables | ValueTables, batch: PatchBatch, decay = DECAY): ClassTables | ValueTables {
  return tables.kind === 'classes' ? addToClassTables(tables, batch, decay) : addToValueTables(tables, batch, decay)
}

function testHalves(tables: ClassTables | ValueTables, batch: PatchBatch) {
  const half = Math.floor(batch.rows / 2)
  const first = sliceBatch(batch, tables.width, 0, half)
  const second = sliceBatch(batch, tables.width, half, batch.rows)
  const early = test(tables, first)
  const between = add(tables, first)
  const late = test(between, second)
  const outcome = { sum: early.sum + late.sum, sumSquares: early.sumSquares + late.sumSquares, rows: batch.rows }
  return { outcome, tables: add(between, second, 1) }
}
