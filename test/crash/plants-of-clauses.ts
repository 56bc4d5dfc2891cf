import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ledger } from './ledger.ts'
import type { Plant } from './plant.ts'
import { activeRun, FUTURE } from './plants-of-rows.ts'

const OWN = `model = 'own'`
const COLLECT_ALL = `insert into collected_artifact (model, version, collected_at)
  select model, number, 0 from version on conflict do nothing`

/** Each is seen by one clause of its invariant alone, which says so in these words. */
export const PLANTS_OF_CLAUSES: readonly (Plant & { readonly says: string })[] = [
  {
    id: 'I1',
    name: 'a stretch that was left out',
    sql: [`update serving set number = number + 100 where ${OWN} and to_at is null`],
    says: 'begins at',
  },
  {
    id: 'I3',
    name: 'a stream that has counted too few',
    sql: [`update stream set labels = labels - 1 where ${OWN}`],
    says: 'the streams have counted',
  },
  {
    id: 'I3',
    name: 'a partition that counts as forgotten, and is there',
    sql: ['update event_partition set forgotten_at = 1'],
    says: 'events are kept, of',
  },
  {
    id: 'I3',
    name: 'an event that was acknowledged a moment ago, and lost',
    scene: () => ({ ledger: ledgerOf(['lost']) }),
    says: 'own: lost was acknowledged, and is lost',
  },
  {
    id: 'I3',
    name: 'an answer that contradicts an earlier one',
    scene: () => {
      const ledger = ledgerOf([])
      ledger.contradictions.push('it said otherwise before')
      return { ledger }
    },
    says: 'it said otherwise before',
  },
  {
    id: 'I4',
    name: 'a version of a run that failed',
    sql: [`update run set state = 'failed' where ${OWN} and state = 'trained'`],
    says: 'is of attempt',
  },
  {
    id: 'I4',
    name: 'a run that tells of another version than it has',
    sql: [`update run set outcome = jsonb_set(outcome, '{model}', '99') where ${OWN} and state = 'trained'`],
    says: 'has trained 1 versions',
  },
  {
    id: 'I5',
    name: 'a run that came to something else',
    sql: [`update run set outcome = jsonb_set(outcome, '{kind}', '"failed"') where ${OWN} and state = 'trained'`],
    says: 'and came to failed',
  },
  {
    id: 'I5',
    name: 'a run that goes on after its end',
    sql: ['drop index one_active_run', `update run set state = 'running' where ${OWN} and state = 'trained'`],
    says: 'is running, and has ended',
  },
  {
    id: 'I5',
    name: 'a step that is none',
    sql: [`update run_step set step = 'dance' where ${OWN} and step = 'register'`],
    says: 'has a step dance',
  },
  {
    id: 'I5',
    name: 'a training that was never registered',
    sql: [`delete from run_step where ${OWN} and step = 'register'`],
    says: 'has trained without register',
  },
  ...[
    ['run', `update run set epoch = epoch + 1 where ${OWN} and number = 1`, 'run 1 of own'],
    ['stretch', `update serving set because = 'x' where ${OWN} and number = 1`, 'stretch 1 of own'],
    ['observation', `update observation set policy = policy + 1 where ${OWN} and seq = 1`, 'observation 1 of own'],
    ['entry', `update audit set hash = 'x' where seq = 2`, 'entry 2 of the audit'],
  ].map(([what = '', sql = '', name = '']) => ({
    id: 'I5',
    name: `a final ${what} that has changed`,
    sql: [sql],
    says: `${name} was final, and has changed`,
  })),
  {
    id: 'I6',
    name: 'a run that waits in the queue past its deadline',
    sql: [
      'drop index one_active_run',
      activeRun(FUTURE, '0'),
      `update run set state = 'queued' where actor = 'planted'`,
    ],
    says: 'is past its deadline',
  },
  {
    id: 'I8',
    name: 'artifacts that are gone',
    files: removeArtifacts,
    says: 'is ready, but ENOENT',
  },
  {
    id: 'I8',
    name: 'the artifact of who serves, taken as garbage',
    files: removeArtifacts,
    sql: [COLLECT_ALL, `delete from serving s where ${OWN} and to_at is not null`],
    says: 'own: version',
  },
  {
    id: 'I8',
    name: 'the artifact of the version to roll back to, taken as garbage',
    files: removeArtifacts,
    sql: [COLLECT_ALL, `update serving set version = 999 where ${OWN} and to_at is null`],
    says: 'own: version',
  },
  {
    id: 'I9',
    name: 'a promotion whose decision is gone',
    sql: [
      `delete from decision d using serving s where s.model = d.model and s.decision = d.seq and s.model = 'own' and s.reason = 'promoted'`,
    ],
    says: 'which is not there',
  },
  {
    id: 'I9',
    name: 'two changes by one decision',
    // However short the life was: what a decision has changed once, it has changed twice.
    sql: [
      `insert into serving (model, number, version, from_at, to_at, from_window, reason, decision, actor, because)
       select model, number + 1000, version, from_at, from_at, from_window, reason, decision, actor, because
       from serving where decision is not null`,
    ],
    says: 'changed who serves',
  },
  {
    id: 'I9',
    name: 'a life without a beginning',
    sql: [`delete from observation where ${OWN} and seq = 1`],
    says: 'was made before its life began',
  },
  {
    id: 'I12',
    name: 'a message that was given up',
    sql: ['update outbox set given_up_at = 1, delivered_at = null'],
    says: 'was given up',
  },
  {
    id: 'I13',
    name: 'rows that are of no window',
    files: (folder) => {
      for (const name of readdirSync(join(folder, 'snapshots', 'own'))) {
        const path = join(folder, 'snapshots', 'own', name, 'manifest.json')
        const manifest = JSON.parse(readFileSync(path, 'utf8'))
        writeFileSync(path, JSON.stringify({ ...manifest, train: { ...manifest.train, windows: [] } }))
      }
      return undefined
    },
    says: 'outside its windows',
  },
  {
    id: 'I13',
    name: 'rows that came after the training was asked for',
    sql: [`update run set plan = jsonb_set(plan, '{knownSeq}', '5') where ${OWN}`],
    says: 'that nobody knew when it was asked for',
  },
  {
    id: 'I13',
    name: 'rows without a label',
    sql: [`delete from event where ${OWN} and type = 'l'`],
    says: 'that nobody knew when it was asked for',
  },
  {
    id: 'cursor',
    name: 'a stream that was closed to where no window ends',
    sql: [`update loop_state set closed_to = closed_to + 1 where ${OWN}`],
    says: 'but its newest window ends at',
  },
  {
    id: 'cursor',
    name: 'windows that overlap',
    sql: [`update stream_window set start_at = start_at - 1 where ${OWN} and number = 2`],
    says: 'overlaps the one before',
  },
  {
    id: 'cursor',
    name: 'a window that is to mature before it closes',
    sql: [`update loop_state set next_matured = next_window + 1 where ${OWN}`],
    says: 'the next to mature',
  },
  {
    id: 'cursor',
    name: 'a window that was passed by',
    sql: [`update stream_window set matured_at = null where ${OWN} and number = 1`],
    says: 'was passed without having matured',
  },
  {
    id: 'cursor',
    name: 'a loop that left out an observation',
    sql: [`update loop_state set next_observation = next_observation + 1 where ${OWN}`],
    says: 'the next observation is',
  },
  {
    id: 'cursor',
    name: 'a decision that was left out',
    sql: [
      `update decision set seq = seq + 100 where ${OWN} and seq = (select max(seq) from decision d where d.model = 'own')`,
    ],
    says: 'belongs',
  },
]

/** Of a client that was promised these events of the model `own`. */
function ledgerOf(ids: readonly string[]): Ledger {
  const ledger = new Ledger()
  ledger.promise(ids.map((id) => ({ id, type: 'label', model: 'own', predictionId: 'nobody', time: 0, label: 1 })))
  return ledger
}

function removeArtifacts(folder: string): undefined {
  rmSync(join(folder, 'artifacts'), { recursive: true })
}
