import { describe, expect, test } from 'vitest'
import { triggers } from '../../src/triggers/catalog.ts'
import { expectCatalogOfFiles } from './files.ts'
import { crossWithLaws, PATIENCE, seeLawsBite } from './law.ts'
import { type TriggerSubject, triggerLaws } from './trigger-laws.ts'
import { TRIGGER_PLANTS } from './trigger-plants.ts'
import { LEAST_OPTIONS, TRIGGER_EXEMPTIONS, TRIGGER_TRIALS } from './trigger-trials.ts'

test('every file in triggers/ is in the catalog, and nothing else is', () => {
  expectCatalogOfFiles('triggers', ['catalog.ts', 'trigger.ts'], triggers.ids)
})

test('every trigger of the catalog has a trial', () => {
  for (const id of triggers.ids)
    expect(TRIGGER_TRIALS, `add '${id}' to TRIGGER_TRIALS in test/contract/trigger-trials.ts`).toHaveProperty(id)
})

describe('the laws of a trigger', () => {
  const subjects = new Map<string, TriggerSubject>(
    triggers.all.map((plugin) => [
      plugin.id,
      { plugin, key: 'trigger', least: LEAST_OPTIONS[plugin.id], trial: TRIGGER_TRIALS[plugin.id] },
    ]),
  )
  for (const { fact, prove } of crossWithLaws(subjects, triggerLaws, TRIGGER_EXEMPTIONS)) test(fact, PATIENCE, prove)
  for (const { fact, prove } of seeLawsBite(triggerLaws, TRIGGER_PLANTS)) test(fact, PATIENCE, prove)
})
