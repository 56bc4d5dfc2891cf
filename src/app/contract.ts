import type { Clock } from '../base/clock.ts'
import { Fault } from '../base/fault.ts'
import type { ContractAnswer, ContractAsked, ContractFinding, LearnAnswer, LearnAsked } from '../cli/contract-report.ts'
import { checkContractFile } from '../data/contract/learned/check-file.ts'
import { learnContract } from '../data/contract/learned/learn.ts'
import type { Judged } from '../data/contract/rule.ts'
import { readTable } from '../store/files/read-table.ts'
import { columnCalled } from './column-called.ts'
import { loadContract } from './contract-load.ts'
import { contractYaml } from './contract-yaml.ts'

/** Learns a contract from a file and writes it down. */
export async function learnContractOf({ file, label, time, source }: LearnAsked): Promise<LearnAnswer> {
  const { frame, notes } = await readTable(file, time === undefined ? {} : { timeColumn: time })
  for (const [role, name] of Object.entries({ label, time, source }))
    if (name !== undefined) columnCalled(frame, name, role)
  const learned = learnContract(frame, { label, time, source })
  return {
    text: contractYaml(learned, { file, rows: frame.rows }),
    rows: frame.rows,
    columns: frame.columns.length,
    notes,
  }
}

/** Holds a file against a contract. */
export function checkContractOf(clock: Clock): (asked: ContractAsked) => Promise<ContractAnswer> {
  return async ({ file, contract, now }) => {
    const document = await loadContract(contract)
    const { frame, notes } = await readRows(file, document.time?.column)
    const checked = checkContractFile(frame, document, now ?? clock.now())
    const { outcome, findings } = checked
    const told = [...notes, ...checked.notes]
    return {
      version: 1,
      file,
      rows: frame.rows,
      contract,
      outcome,
      findings: findings.flatMap(findingsOf),
      notes: told,
    }
  }
}

/** A time column is read as such, as it was when it was learned; that it is gone is for the contract to say. */
async function readRows(file: string, time: string | undefined) {
  if (time === undefined) return readTable(file)
  try {
    return await readTable(file, { timeColumn: time })
  } catch (error) {
    if (error instanceof Fault && error.code === 'COLUMN_UNKNOWN') return readTable(file)
    throw error
  }
}

/** One line for each breach and for each thing that could not be looked at; one line where all is well. */
function findingsOf({ rule, kind, action, breaches, unchecked }: Judged): ContractFinding[] {
  const broken = breaches.map(({ column, observed, limit, rows, text }): ContractFinding => {
    return { rule, kind: 'breach', column, observed, limit, rows, action, text }
  })
  const silent = unchecked.map(({ column, haveRows, because }): ContractFinding => {
    return { rule, kind: 'insufficient', column, observed: null, limit: null, rows: haveRows, action, text: because }
  })
  if (kind !== 'ok') return [...broken, ...silent]
  return [{ rule, kind, column: null, observed: null, limit: null, rows: 0, action, text: '' }, ...silent]
}
