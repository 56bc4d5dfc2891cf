import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { FLOORS } from './floors.ts'
import { RULE_IDS, violationsIn } from './rules.ts'
import { codeOf, type SourceText } from './source.ts'
import { filesOf } from './tree.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

const file = (path: string, text = ''): SourceText => ({ path, text })
const rulesBrokenBy = (...files: SourceText[]) => [...new Set(violationsIn(files).map(({ rule }) => rule))]
const importing = (specifier: string) => `import { a } from '${specifier}'\n`
/** A hole in a template, as it stands in source text. */
const hole = (code: string) => ['$', '{', code, '}'].join('')
const namingTypes = (specifier: string) => `import type { A } from '${specifier}'\n`

/** Files that break exactly the rule they stand under. */
const PLANTS: Readonly<Record<string, readonly (readonly SourceText[])[]>> = {
  'imports-go-down': [
    ...reachingUp(),
    [file('src/stats/a.ts', importing('../data/b.ts'))],
    [file('src/gates/a.ts', importing('../detectors/b.ts'))],
    [file('src/triggers/a.ts', namingTypes('../gates/b.ts'))],
    [file('src/loop/a.ts', importing('../watch/b.ts'))],
    [file('src/trainers/a.ts', importing('../store/b.ts'))],
    [file('src/cli/a.ts', importing('../store/b.ts'))],
    [file('src/http/a.ts', namingTypes('../integrations/b.ts'))],
    [file('src/store/a.ts', importing('../loop/b.ts'))],
    [file('src/runtimes/a.ts', `import { type A, b } from '../models/version.ts'`)],
    [file('src/trainers/a.ts', `const a = await import('../pipeline/ports.ts')`)],
    [file('src/stats/a.ts', importing('../../test/support/b.ts'))],
    [file('src/stats/a.ts', importing('../index.ts'))],
    [file('src/stats/a.test.ts', importing('../loop/b.ts'))],
    [file('src/stats/a.ts', `export { a } from '../data/b.ts'\nexport const c = 1`)],
  ],
  'known-room': [[file('src/plugins/a.ts')], [file('src/main.ts')]],
  'pure-rooms': [
    [file('src/stats/a.ts', `import { readFileSync } from 'node:fs'`)],
    [file('src/loop/a.ts', `import { join } from 'path'`)],
    [file('src/data/a.ts', `const fs = await import('node:fs/promises')`)],
  ],
  'ts-endings': [
    [file('src/stats/a.ts', importing('./b'))],
    [file('test/e2e/a.test.ts', importing('../support/b.js'))],
    [file('bench/a.bench.ts', importing('../src/stats'))],
  ],
  'short-files': [
    [file('src/stats/a.ts', 'const a = 1\n'.repeat(301))],
    [file('test/e2e/a.test.ts', '//\n'.repeat(301))],
  ],
  'file-names': [
    [file('src/stats/kolmogorovSmirnov.ts')],
    [file('src/stats/utils.ts')],
    [file('src/store/run-helpers.ts')],
    [file('src/base/common/a.ts')],
    [file('src/gates/types.ts')],
    [file('test/support/Shared.ts')],
  ],
  'no-barrels': [
    [file('src/detectors/index.ts', `export * from './ks.ts'\nexport { psi } from './psi.ts'\n`)],
    [file('src/gates/all.ts', `// everything\nexport type { Gate } from './gate.ts'\n`)],
  ],
  'one-clock': [
    [file('src/loop/a.ts', 'const now = Date.now()')],
    [file('src/loop/a.ts', 'const now = new Date()')],
    [file('src/cli/a.ts', 'const now = new Date')],
    [file('src/http/a.ts', 'const now = performance.now()')],
  ],
  'seeded-randomness': [
    [file('src/base/rng.ts', 'const a = Math.random()')],
    [file('bench/a.bench.ts', 'const a = Math.random()')],
    [file('test/e2e/a.test.ts', `const a = \`${hole('Math.random()')}\``)],
  ],
  'one-environment': [[file('src/store/a.ts', `const url = process.env['DATABASE_URL']`)]],
  'named-exports': [
    [file('src/app/a.ts', 'export default 1')],
    [file('src/app/a.ts', 'const a = 1\nexport { a as default }')],
  ],
  'no-any': [
    [file('src/app/a.ts', 'const a = b as any')],
    [file('src/app/a.ts', 'function f(a: any) {}')],
    [file('src/app/a.ts', 'const a: Record<string, any> = {}')],
    [file('src/app/a.ts', 'let a: any[]')],
    [file('test/e2e/a.test.ts', 'const a = (b as any).c')],
  ],
  'checked-indexing': [
    [file('src/loop/a.ts', 'const a = xs[0]!')],
    [file('src/detectors/a.ts', 'const a = xs[i]!.value')],
  ],
  'tests-in-test-files': [
    [file('src/stats/a.ts', `import { test } from 'vitest'\ntest('a', () => {})`)],
    [file('test/support/a.ts', `import { describe } from 'vitest'\ndescribe.each([])('a', () => {})`)],
  ],
  'all-tests-run': [
    [file('src/stats/a.test.ts', `test.only('a', () => {})`)],
    [file('src/stats/a.test.ts', `describe.skip('a', () => {})`)],
    [file('test/e2e/a.test.ts', `test.concurrent.todo('a')`)],
    [file('test/e2e/a.test.ts', `xit('a', () => {})`)],
  ],
  'test-names-differ': [
    [file('src/stats/a.test.ts', `test('a', () => {})\ntest('a', () => {})`)],
    [file('src/stats/a.test.ts', `describe('s', () => { test('a', f) })\ndescribe('s', () => { test("a", f) })`)],
    [file('src/stats/a.test.ts', `test.each([1])('a', f)\ntest('a', f)`)],
  ],
  // Put together here, or this file would break the rule itself.
  'no-machine-traces': [
    [file('README.md', ['see ', 'work', 'main'].join('/'))],
    [file('src/stats/a.ts', `// ${['', 'home', 'me', 'data.csv'].join('/')}`)],
    [file('scripts/a.mjs', `const a = '${['', 'root', 'x'].join('/')}'`)],
    [file('package-lock.json', `"resolved": ${'"http'}s://mirror.example/a.tgz"`)],
    [file('docs/a.md', ['https://registry', 'npmjs', 'org'].join('.'))],
    [file('.npmrc', `pip install ${'--index'}-url x`)],
  ],
  'no-circles': [
    [file('src/stats/a.ts', importing('./b.ts')), file('src/stats/b.ts', importing('./a.ts'))],
    [
      file('src/loop/a.ts', namingTypes('./b.ts')),
      file('src/loop/b.ts', importing('./c.ts')),
      file('src/loop/c.ts', importing('./a.ts')),
    ],
  ],
}

/** For each floor but the highest: one import that reaches to each floor above it. */
function reachingUp(): SourceText[][] {
  return FLOORS.flatMap((rooms, floor) =>
    FLOORS.slice(floor + 1).flatMap((above) =>
      rooms.map((room) => [file(`src/${room}/a.ts`, importing(`../${above[0]}/b.ts`))]),
    ),
  )
}

function isBalanced(code: string): boolean {
  const closers: Record<string, string> = { '(': ')', '[': ']', '{': '}' }
  const expected: string[] = []
  for (const char of code.replace(/=>/g, '')) {
    if (closers[char] !== undefined) expected.push(closers[char] as string)
    else if (/[)\]}]/.test(char) && expected.pop() !== char) return false
  }
  return expected.length === 0
}

/** Files that look like a violation and are none. */
const INNOCENT: readonly (readonly [string, readonly SourceText[]])[] = [
  [
    'imports that go down, or sideways where allowed',
    [
      file('src/app/wiring.ts', importing('../store/a.ts') + importing('../cli/a.ts') + importing('../base/a.ts')),
      file('src/data/a.ts', importing('../stats/a.ts')),
      file('src/backtest/a.ts', importing('../loop/a.ts') + importing('../watch/a.ts')),
      file('src/pipeline/a.ts', importing('../models/a.ts')),
      file('src/cli/a.ts', importing('../loop/a.ts')),
    ],
  ],
  [
    'an adapter that names the types of its port, and calls the artifact envelope',
    [
      file(
        'src/store/a.ts',
        `${namingTypes('../pipeline/ports.ts')}import { type A, type B } from '../gateway/ports.ts'\n`,
      ),
      file('src/trainers/a.ts', importing('../models/artifact.ts')),
    ],
  ],
  ['the public face, which re-exports', [file('src/index.ts', `export { a } from './loop/a.ts'\n`)]],
  [
    'words of the rules in comments, strings, templates and regular expressions',
    [
      file(
        'src/loop/a.ts',
        `// Date.now() as any\n/* xs[0]! Math.random() */\nconst a = 'process.env'\nconst b = \`new Date() \${a}\`\nconst c = /Math.random()/g\n`,
      ),
    ],
  ],
  [
    'a date made from an argument, and an inequality after an index',
    [file('src/loop/a.ts', 'const a = new Date(now)\nconst b = xs[0] !== 1 && xs[1]!= 2\n')],
  ],
  [
    'the homes of time and environment',
    [file('src/base/clock.ts', 'const a = Date.now()'), file('src/app/env.ts', 'const a = process.env')],
  ],
  [
    'indexing in a room of formulas, and in a test',
    [file('src/stats/a.ts', 'const a = xs[i]!'), file('src/loop/a.test.ts', 'const a = xs[i]!')],
  ],
  [
    'tests of one title in different suites, or made in a loop',
    [
      file(
        'src/stats/a.test.ts',
        [
          `describe('s', () => { test('a', f) })`,
          `describe('t', () => { test('a', f) })`,
          `test('a', f)`,
          `for (const x of xs) { test(\`${hole('x')} holds\`, f) }`,
          `for (const x of ys) { test(\`${hole('x')} holds\`, f) }`,
        ].join('\n'),
      ),
    ],
  ],
  [
    'a method called test, and a pattern that tests',
    [file('src/stats/a.ts', `const a = /x/.test(b)\nconst gate = { test(rows: number) { return rows } }\n`)],
  ],
  [
    'a test that reads a file beside a formula',
    [file('src/stats/a.test.ts', `import { readFileSync } from 'node:fs'\n`)],
  ],
  [
    'paths that only end like one machine’s',
    [file('docs/a.md', 'see ./work/a, src/home/b and https://example.com/root/c')],
  ],
]

test('the tree is tidy', () => {
  expect(
    violationsIn(filesOf(ROOT)).map(({ rule, path, line, message }) => `${path}:${line} ${rule}: ${message}`),
  ).toEqual([])
})

test('the tree that is checked holds the sources, the tests and the documents', () => {
  const paths = filesOf(ROOT).map(({ path }) => path)
  expect(paths).toEqual(
    expect.arrayContaining(['src/base/clock.ts', 'test/tidy/rules.ts', 'bin/keepfit', '.ci/run', 'package-lock.json']),
  )
})

// A scanner that takes code for text would make every rule blind from there to the end of the file.
test('the scanner finds every bracket of every file closed', () => {
  const open = filesOf(ROOT).filter(({ path, text }) => path.endsWith('.ts') && !isBalanced(codeOf(text)))
  expect(open.map(({ path }) => path)).toEqual([])
})

test('every rule has a planted violation', () => {
  expect(Object.keys(PLANTS).toSorted()).toEqual(RULE_IDS.toSorted())
})

describe('a planted violation is found by its rule and by no other', () => {
  for (const [rule, plants] of Object.entries(PLANTS)) {
    plants.forEach((files, number) => {
      test(`${rule} ${number + 1}: ${files.map(({ path }) => path).join(', ')}`, () => {
        expect(rulesBrokenBy(...files)).toEqual([rule])
      })
    })
  }
})

describe('what only looks like a violation is left alone', () => {
  for (const [title, files] of INNOCENT) {
    test(title, () => {
      expect(violationsIn(files)).toEqual([])
    })
  }
})

test('a violation says where it is', () => {
  expect(violationsIn([file('src/loop/a.ts', 'const a = 1\n\nconst b = Date.now()\n')])).toEqual([
    { rule: 'one-clock', path: 'src/loop/a.ts', line: 3, message: expect.stringContaining('Clock') },
  ])
})
