import { test } from 'vitest'
import { keepfit } from '../support/command.ts'
import { expectAllRefused } from '../support/refusals.ts'

const WHY = ['--because', 'somebody wants it'] as const

test('words that cannot be meant are refused before a server is asked', async () => {
  const nowhere = (...words: string[]) => keepfit(['--url', 'http://127.0.0.1:9', ...words])
  await expectAllRefused(nowhere, [
    [['ingest', 'history.csv', '--model', 'churn', '--time', 'time'], 'a table needs --id'],
    [['export', 'events', '--model', 'churn', '--format', 'xml'], 'must be one of jsonl, parquet'],
    [['export', 'events', '--model', 'churn', '--from', 'soon'], '--from must be a day or an instant'],
    [['export', 'events', '--model', 'churn', '--from', '2026-02-01', '--to', '2026-01-01'], '--from must be earlier'],
    [['windows', 'churn', '--limit', '0'], '--limit must be a number from 1 to 1000'],
    [['decisions', 'churn', '--kind', 'guess'], 'must be one of'],
    [['explain', 'churn', 'last'], "got 'last'"],
    [['status', '--nope'], '--nope'],
    [['run', 'churn'], '--because is needed'],
    [['run', 'churn', ...WHY, '--despite', 'reason'], 'must be one of budget, breaker'],
    [['diff', 'churn', '1'], "missing required argument 'b'"],
    [['promote', 'churn', '2'], '--because is needed'],
    [['adopt', 'twin'], 'a file, or a service with --http'],
    [['adopt', 'twin', 'churn-1.keepfit', '--cut-off', 'soon'], "got 'soon'"],
    [['cancel', 'churn', '3'], '--because is needed'],
    [['approve', 'churn'], '--because is needed'],
    [['token', 'create', 'shop', '--scope', 'all'], 'must be one of ingest, predict, read, operate, admin'],
    [['audit', 'verify', '--head', 'x'], "got 'x'"],
  ])
})
