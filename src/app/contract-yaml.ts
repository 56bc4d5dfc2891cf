import { Document, isMap, isNode, isSeq, type Node, Scalar, visit } from 'yaml'
import type { ColumnPromise, ContractDocument } from '../data/contract/learned/document.ts'
import type { LearnedContract } from '../data/contract/learned/learn.ts'
import { commentLines } from './config/comment-lines.ts'

const LINE_WIDTH = 110

/** What each part means, for whoever edits the file. */
const MEANINGS: Readonly<Record<string, string>> = {
  actions:
    'What follows a breach, by rule: block (no training starts), quarantine (the rows are kept out; the default) or pass (noted only).',
  rows: 'The rows as a whole. min and max go by the file it was learned from: set them for the files that will be checked.',
  time: 'Add maxAgeHours to refuse files whose newest row is too old.',
  source: 'No source may give more than maxShare, or maxRatio times its usual share where that is more.',
  label: 'Share of each class. leaks: columns that give the label away and are allowed to.',
  columns:
    'maxOutside, maxUnknown and maxMissing are shares of the rows; a breach is a share that passes its limit by more than chance. quantiles (0, 1, 5, 10, 20 … 90, 95, 99, 100 %) and medians tell a change of unit.',
}

/** A contract as a file that people read: every part with its meaning, every missing promise with its reason. */
export function contractYaml(
  { document, remarks, partRemarks }: LearnedContract,
  from: { readonly file: string; readonly rows: number },
): string {
  const yaml = new Document(plain(document), { version: '1.2', schema: 'core', compat: 'yaml-1.1' })
  const name = from.file.replaceAll(/[\r\n\u0085\u2028\u2029]+/g, ' ')
  yaml.commentBefore = ` Data contract, learned from ${from.rows} rows of ${name}. Edit it freely; every key: docs/contract.md.\n Check a file against it: keepfit contract check FILE --contract THIS`
  if (isMap(yaml.contents)) {
    for (const { key, value } of yaml.contents.items) {
      const part = String(key)
      if (!(key instanceof Scalar)) continue
      const said = [
        MEANINGS[part],
        ...((part === 'source' || part === 'label' ? partRemarks.get(part) : undefined) ?? []),
      ].filter((line) => line !== undefined)
      if (said.length > 0) {
        key.commentBefore = said.flatMap(commentLines).join('\n')
        key.spaceBefore = true
      }
      if (part === 'columns' && isSeq(value)) remarkColumns(value.items, document.columns, remarks)
    }
  }
  visit(yaml, {
    Seq: (key, node) => {
      if (key !== null && !node.items.some((item) => isMap(item))) node.flow = true
    },
    Map: (_, node, path) => {
      const parent = path.at(-1)
      const isEntry = isSeq(parent) && node.items.length <= 3 && !node.has('kind') && !node.has('maxMissing')
      if (isEntry) node.flow = true
    },
  })
  return yaml.toString({ lineWidth: LINE_WIDTH, flowCollectionPadding: false })
}

function remarkColumns(
  items: readonly unknown[],
  columns: readonly ColumnPromise[],
  remarks: LearnedContract['remarks'],
): void {
  for (const [at, item] of items.entries()) {
    const said = remarks.get(columns[at]?.name ?? '') ?? []
    if (isNode(item) && said.length > 0) (item as Node).commentBefore = said.flatMap(commentLines).join('\n')
  }
}

/** Keys in the order of the document; of a column, only what is promised. */
function plain(document: ContractDocument): unknown {
  const { columns, actions, rows, time, source, label, version } = document
  const parts = { version, actions, rows, time, source, label, columns: columns.map(promised) }
  return JSON.parse(JSON.stringify(parts))
}

function promised(column: ColumnPromise): Partial<ColumnPromise> {
  const { maxOutside, maxUnknown, maxMissing, unique, categories, min, max, quantiles, medians, ...named } = column
  const isRanged = min !== undefined || max !== undefined
  return {
    ...named,
    ...(isRanged ? { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }), maxOutside } : {}),
    ...(categories === undefined ? {} : { categories, maxUnknown }),
    maxMissing,
    ...(unique ? { unique } : {}),
    ...(quantiles === undefined ? {} : { quantiles }),
    ...(medians === undefined ? {} : { medians }),
  }
}
