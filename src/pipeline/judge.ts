import type { Verdict } from '../base/verdict.ts'
import { joined, type Scores } from '../data/labels.ts'
import { type AnyGate, type GateConfig, gates } from '../gates/catalog.ts'
import { type GateInput, NOTHING_GATHERED } from '../gates/gate.ts'
import { gather } from './gather.ts'
import type { PipelinePorts } from './ports.ts'
import type { Trial } from './trial.ts'

/** Asks every gate about champion and challenger on the same rows. */
export async function judge<Model>(
  ports: PipelinePorts<Model>,
  trial: Trial<Model>,
  asked: readonly GateConfig[],
): Promise<Verdict[]> {
  const input = judgedRows(ports, trial)
  const verdicts: Verdict[] = []
  // One after the other: what is gathered for a gate may be large, and is let go before the next.
  for (const config of asked) {
    const gate: AnyGate = gates.get(config.gate)
    verdicts.push(gate.judge({ ...input, ...(await gather(ports, trial, config)) }, config))
  }
  return verdicts
}

/** The held-out rows with what both versions say of them. */
export function judgedRows<Model>(ports: PipelinePorts<Model>, trial: Trial<Model>): GateInput {
  const { champion, challenger, heldOut, task, scale } = trial
  const learned = { champion: ports.learnedFrom(champion), challenger: ports.learnedFrom(challenger) }
  const ids = (windows: readonly number[]) => windows.flatMap((window) => Array.from(ports.rowIds(window)))
  return {
    ...NOTHING_GATHERED,
    task,
    scale,
    labels: joined(
      heldOut.map((window) => ports.labels(window)),
      Float64Array,
    ),
    champion: scoresOn(ports, champion, heldOut),
    challenger: scoresOn(ports, challenger, heldOut),
    training: { champion: ids(learned.champion), challenger: ids(learned.challenger) },
    heldOut: ids(heldOut),
    equalContentRows: equalContent(ports, learned.challenger, heldOut),
  }
}

function scoresOn<Model>(ports: PipelinePorts<Model>, model: Model, windows: readonly number[]): Scores {
  return joined(
    windows.map((window) => ports.scores(model, window)),
    Float32Array,
  )
}

/** Held-out rows whose content also stands in a training row: reported, for real streams do repeat themselves. */
function equalContent<Model>(
  ports: PipelinePorts<Model>,
  learned: readonly number[],
  heldOut: readonly number[],
): number {
  const seen = new Set<number>()
  for (const window of learned) for (const hash of ports.contentHashes(window)) seen.add(hash)
  let equal = 0
  for (const window of heldOut) for (const hash of ports.contentHashes(window)) if (seen.has(hash)) equal++
  return equal
}
