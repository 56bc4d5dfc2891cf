import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bySql, type Invariant } from './invariant.ts'

const numbers = bySql(
  'I8',
  'versions are numbered 1, 2, … without a gap',
  `select model || ': version ' || number || ' stands where ' || place || ' belongs' as said
   from (select model, number, row_number() over (partition by model order by number) as place from version) v
   where number <> place`,
)

interface Ready {
  readonly model: string
  readonly number: number
  readonly digest: string
  readonly bytes: number
  readonly path: string | null
  readonly md5: string | null
}

export const readyVersions: Invariant = {
  id: 'I8',
  holds:
    "a ready version's artifact and snapshot are on disk as they were registered, above all of who serves and served before",
  async look(scene) {
    const found = [...(await numbers.look(scene))]
    const versions = await scene.sql<Ready>(
      `select v.model, v.number, artifact_digest as digest, artifact_bytes as bytes, snapshot_path as path, snapshot_md5 as md5
       from version v left join collected_artifact c on c.model = v.model and c.version = v.number
       where c.version is null or exists (select from serving s where s.model = v.model and s.version = v.number
         and s.number >= (select max(number) - 1 from serving newest where newest.model = v.model))`,
    )
    for (const version of versions) {
      const complaint = complaintOf(scene.dataFolder, version, scene.isThorough)
      if (complaint !== null) found.push(`${version.model}: version ${version.number} is ready, but ${complaint}`)
    }
    return found
  },
}

function complaintOf(dataFolder: string, { digest, bytes, path, md5 }: Ready, isThorough: boolean): string | null {
  try {
    const content = readFileSync(join(dataFolder, 'artifacts', digest.slice(0, 2), digest))
    if (content.length !== bytes) return `its artifact has ${content.length} bytes; ${bytes} were registered`
    const hash = createHash('sha256').update(content).digest('hex')
    if (hash !== digest) return `its artifact has the digest ${hash}`
    if (!isThorough || path === null || md5 === null) return null
    const snapshot = folderHash(join(dataFolder, path))
    return snapshot === md5 ? null : `its snapshot has the hash ${snapshot}`
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** As DVC counts it: the MD5 of the list of files with theirs, in Python's own JSON. */
function folderHash(folder: string): string {
  const files = readdirSync(folder).sort()
  const list = files.map((name) => {
    const md5 = createHash('md5')
      .update(readFileSync(join(folder, name)))
      .digest('hex')
    return `{"md5": "${md5}", "relpath": ${JSON.stringify(name)}}`
  })
  return `${createHash('md5')
    .update(`[${list.join(', ')}]`)
    .digest('hex')}.dir`
}
