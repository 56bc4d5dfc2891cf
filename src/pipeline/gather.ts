import { type AnyGate, type GateConfig, gates } from '../gates/catalog.ts'
import { type BlankedScores, type Gathered, type Need, NOTHING_GATHERED, type TrainingCounts } from '../gates/gate.ts'
import type { GateLookups, PipelinePorts } from './ports.ts'
import type { Trial } from './trial.ts'

/** Looks up and scores anew what one gate needs, and nothing else. */
export async function gather<Model>(
  ports: PipelinePorts<Model>,
  trial: Trial<Model>,
  config: GateConfig,
): Promise<Gathered> {
  const gate: AnyGate = gates.get(config.gate)
  const { lookups } = ports
  const needs = new Set<Need>(gate.needs ?? [])
  if (lookups === null || needs.size === 0) return NOTHING_GATHERED
  const { champion, challenger, heldOut } = trial
  const bytes = (model: Model) => lookups.facts(model)?.artifactBytes ?? null
  const [ofChampion, ofChallenger] = needs.has('artifact-sizes') ? [bytes(champion), bytes(challenger)] : [null, null]
  return {
    features: needs.has('features') ? lookups.features(heldOut) : null,
    trainingCounts: needs.has('training-counts') ? trainingCounts(ports, trial) : null,
    artifactBytes:
      ofChampion === null || ofChallenger === null ? null : { champion: ofChampion, challenger: ofChallenger },
    latencies: needs.has('latencies') ? lookups.latencies(challenger) : null,
    missingProbe: needs.has('missing-probe') ? await missingProbe(lookups, trial, config) : null,
    mustPass: needs.has('must-pass') ? await lookups.mustPass(challenger, config) : null,
  }
}

function trainingCounts<Model>(ports: PipelinePorts<Model>, { task, challenger }: Trial<Model>): TrainingCounts | null {
  const windows = ports.learnedFrom(challenger)
  const rowsPerClass = new Array<number>(task.kind === 'regression' ? 0 : task.classes.length).fill(0)
  let labelled = 0
  for (const window of windows) {
    for (const label of ports.labels(window)) {
      if (Number.isNaN(label)) continue
      labelled++
      if (task.kind !== 'regression') rowsPerClass[label] = (rowsPerClass[label] ?? 0) + 1
    }
  }
  // A trainer that drew a sample of its rows learned from fewer than its windows hold.
  const rows = Math.min(labelled, ports.lookups?.facts(challenger)?.trainedRows ?? labelled)
  return { windows: windows.length, rows, rowsPerClass }
}

/** Scores the held-out rows again, once for each feature that the gate names, or for all of them. */
async function missingProbe<Model>(
  lookups: GateLookups<Model>,
  { challenger, heldOut }: Trial<Model>,
  config: GateConfig,
): Promise<BlankedScores[] | null> {
  const there = lookups.features(heldOut)?.columns.map(({ name }) => name)
  if (there === undefined || heldOut.length === 0) return null
  const named = 'features' in config ? config.features : undefined
  const asked = named === undefined ? there : named.filter((name) => there.includes(name))
  const scores = await lookups.scoresWithout(challenger, heldOut, asked)
  if (scores === null) return null
  return scores.map((blanked, at) => ({ feature: asked[at] as string, scores: blanked }))
}
