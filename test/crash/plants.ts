import { type ChildProcess, spawn } from 'node:child_process'
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Plant } from './plant.ts'
import { activeRun, FUTURE, PLANTS_OF_ROWS } from './plants-of-rows.ts'

/** In the order of the invariants. */
export const PLANTS: readonly Plant[] = [
  ...PLANTS_OF_ROWS,
  {
    id: 'I7',
    name: 'a process of a run that is over',
    files: (folder) => trainer(folder, {}),
    scene: () => ({ patienceMs: 1000 }),
  },
  { id: 'I8', name: 'a flipped bit in an artifact', files: (folder) => spoil(artifactIn(folder)) },
  {
    id: 'I8',
    name: 'half an artifact',
    files: (folder) => {
      for (const file of artifactIn(folder)) writeFileSync(file, readFileSync(file).subarray(0, 10))
      return undefined
    },
  },
  {
    id: 'I8',
    name: 'a snapshot that was changed',
    files: (folder) => spoil(snapshotIn(folder).map((path) => join(path, 'manifest.json'))),
  },
  { id: 'I8', name: 'a number left out', sql: [`update version set number = number + 1000 where model = 'own'`] },
  {
    id: 'I9',
    name: 'a promotion that nobody decided',
    sql: [`update serving set decision = null where model = 'own' and reason = 'promoted'`],
  },
  {
    id: 'I9',
    name: 'a promotion that rests on another decision',
    sql: [
      `update serving set decision = (select min(seq) from decision d where d.model = serving.model and kind = 'keep') where model = 'own' and decision is not null`,
    ],
  },
  {
    id: 'I9',
    name: 'a decision that does not follow',
    sql: [
      `update decision set record = jsonb_set(record, '{live}', '99') where model = 'own' and seq = (select max(seq) from decision where model = 'own')`,
    ],
  },
  {
    id: 'I9',
    name: 'an observation that was changed',
    sql: [
      `delete from decision where model = 'own' and observation = (select max(observation) from decision where model = 'own')`,
    ],
  },
  { id: 'I12', name: 'a message that nobody heard', scene: () => ({ told: new Map() }) },
  { id: 'I12', name: 'a change that nobody is to hear of', sql: ['delete from outbox'], scene: () => ({ told: null }) },
  {
    id: 'I12',
    name: 'a message with two contents',
    scene: ({ told }) => ({ told: new Map([...(told ?? [])].map(([id, said]) => [id, [...said, 'other']])) }),
  },
  {
    id: 'I12',
    name: 'a message that waits for ever',
    sql: [
      `insert into outbox (message_id, model, event, target, body, written_at, due_at) values ('m', 'own', 'promoted', 'x', '{}', 0, 0)`,
    ],
  },
  {
    id: 'I12',
    name: 'a message that was never written',
    scene: ({ told }) => ({ told: new Map([...(told ?? []), ['msg_x', ['x']]]) }),
  },
  {
    id: 'I13',
    name: 'rows after the cut-off',
    sql: [`update version set cut_off_at = cut_off_at - 1000 * 3600 * 24 where model = 'own'`],
  },
  {
    id: 'I13',
    name: 'rows that nobody knew yet',
    sql: [`update run set plan = jsonb_set(plan, '{knownSeq}', '5') where model = 'own'`],
  },
  {
    id: 'I13',
    name: 'rows of the hold-out',
    files: (folder) => {
      for (const path of snapshotIn(folder)) copyFileSync(join(path, 'train.parquet'), join(path, 'held-out.parquet'))
      return undefined
    },
  },
  {
    id: 'I14',
    name: 'a run that nobody decided on',
    sql: ['drop index one_active_run', activeRun(FUTURE, FUTURE), `update run set champion = 1 where model = 'own'`],
  },
  {
    id: 'I14',
    name: 'more runs than the budget has',
    sql: [`update policy set settings = jsonb_set(settings, '{budget}', '{"trainings": 1, "perWindows": 100}')`],
  },
  {
    id: 'I15',
    name: 'a secret in the log',
    files: (folder) => {
      mkdirSync(join(folder, 'log'), { recursive: true })
      appendFileSync(join(folder, 'log', 'keepfit.log'), 'it is planted-secret-word\n')
      return undefined
    },
  },
  {
    id: 'I15',
    name: 'a secret in what a trainer said',
    sql: [`update run_log set line = 'planted-secret-word' where model = 'own'`],
  },
  {
    id: 'I15',
    name: 'a secret in an answer',
    scene: () => ({ secret: { values: ['planted-secret-word'], given: [], texts: ['it is planted-secret-word'] } }),
  },
  {
    id: 'I15',
    name: "a secret in a trainer's environment",
    files: (folder) => trainer(folder, { OTHER: 'planted-secret-word' }),
    scene: () => ({ patienceMs: 1000 }),
  },
  {
    id: 'audit',
    name: 'an entry of the audit that was changed',
    sql: [`update audit set actor = 'somebody' where seq = 2`],
  },
  { id: 'audit', name: 'an audit that was cut', sql: ['delete from audit where seq = (select max(seq) from audit)'] },
  {
    id: 'cursor',
    name: 'a loop that is ahead of its windows',
    sql: [`update loop_state set next_window = next_window + 5 where model = 'own'`],
  },
  {
    id: 'cursor',
    name: 'a window that is gone',
    sql: [`delete from stream_window where model = 'own' and number = 1`],
  },
  {
    id: 'cursor',
    name: 'an observation that is gone',
    sql: [`delete from observation where model = 'own' and seq = 2`],
  },
  {
    id: 'files',
    name: 'half a file of yesterday',
    files: (folder) => {
      const path = join(folder, 'snapshots', 'x.part')
      writeFileSync(path, 'half')
      utimesSync(path, 1, 1)
      return undefined
    },
  },
]

/** A process as a trainer that nobody ended would be. */
function trainer(dataFolder: string, environment: Readonly<Record<string, string>>): () => void {
  const output = join(dataFolder, 'runs', 'own', '999', '1', 'output')
  const child: ChildProcess = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
    env: { KEEPFIT_RUN_KEY: 'planted', KEEPFIT_OUTPUT_DIR: output, ...environment },
    stdio: 'ignore',
  })
  return () => void child.kill('SIGKILL')
}

function artifactIn(folder: string): string[] {
  const root = join(folder, 'artifacts')
  return readdirSync(root).flatMap((part) => readdirSync(join(root, part)).map((name) => join(root, part, name)))
}

function snapshotIn(folder: string): string[] {
  const root = join(folder, 'snapshots', 'own')
  return existsSync(root) ? readdirSync(root).map((name) => join(root, name)) : []
}

function spoil(files: readonly string[]): undefined {
  for (const file of files) {
    const bytes = readFileSync(file)
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1
    writeFileSync(file, bytes)
  }
}
