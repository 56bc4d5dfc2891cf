import type { Decision } from '../../src/base/decision.ts'
import { triggers } from '../../src/triggers/catalog.ts'
import type { AnyTrigger } from '../../src/triggers/trigger.ts'
import { configPlants } from './config-plants.ts'
import type { TriggerSubject } from './trigger-laws.ts'
import { TRIGGER_TRIALS } from './trigger-trials.ts'

const psiDrift: AnyTrigger = triggers.get('psi-drift')

function plant(change: Partial<AnyTrigger>): TriggerSubject {
  return { plugin: { ...psiDrift, ...change }, key: 'trigger', least: {}, trial: TRIGGER_TRIALS['psi-drift'] }
}

/** A trigger that always says the same. */
function always(decision: Decision): TriggerSubject {
  return plant({ decide: () => decision })
}

let calls = 0

export const TRIGGER_PLANTS: Readonly<Record<string, TriggerSubject>> = {
  ...configPlants(plant({}), (change) => plant(change as Partial<AnyTrigger>)),
  'what it needs are detectors that take the options it gives them': plant({
    needs: () => [{ detector: 'psi', options: { treshold: 0.2 } }],
  }),
  'without evidence, or with too few rows, it is undecided and names what is missing': always({
    kind: 'wait',
    because: [],
  }),
  'never retrains on nothing: no evidence, and nothing that the loop knows': always({ kind: 'retrain', because: [] }),
  'says the same twice, and leaves evidence and options as they were': plant({
    decide: (context, config) => (calls++ < 7 ? { kind: 'wait', because: [] } : psiDrift.decide(context, config)),
  }),
  'a retraining says why, in words and finite numbers': always({ kind: 'retrain', because: [] }),
  'retrains on 200 lives without change no oftener than it claims': always({ kind: 'retrain', because: [] }),
  'retrains after a known change in 19 of 20 lives': always({ kind: 'wait', because: [] }),
}
