import { describe, expect, test } from 'vitest'
import { gates } from '../../src/gates/catalog.ts'
import { expectCatalogOfFiles } from './files.ts'
import { type GateSubject, gateLaws } from './gate-laws.ts'
import { GATE_PLANTS } from './gate-plants.ts'
import { GATE_EXEMPTIONS, GATE_TRIALS } from './gate-trials.ts'
import { crossWithLaws, PATIENCE, seeLawsBite } from './law.ts'

test('every file in gates/ is in the catalog, and nothing else is', () => {
  expectCatalogOfFiles('gates', ['catalog.ts', 'gate.ts'], gates.ids)
})

test('every gate of the catalog has a trial', () => {
  for (const id of gates.ids)
    expect(GATE_TRIALS, `add '${id}' to GATE_TRIALS in test/contract/gate-trials.ts`).toHaveProperty(id)
})

describe('the laws of a gate', () => {
  const subjects = new Map<string, GateSubject>(
    gates.all.map((plugin) => {
      const trial = GATE_TRIALS[plugin.id]
      return [plugin.id, { plugin, key: 'gate', least: trial.least ?? {}, trial }]
    }),
  )
  for (const { fact, prove } of crossWithLaws(subjects, gateLaws, GATE_EXEMPTIONS)) test(fact, PATIENCE, prove)
  for (const { fact, prove } of seeLawsBite(gateLaws, GATE_PLANTS)) test(fact, PATIENCE, prove)
})
