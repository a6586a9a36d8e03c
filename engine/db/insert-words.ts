import { textArray } from './array-literal.ts'
import type { Database } from './database.ts'

/** Stores the words of runs; those that are there already stay as they are. */
export async function insertWords(
  database: Database,
  runs: readonly { workspaceId: string; runId: string; words: readonly string[] }[],
): Promise<void> {
  await database.write(
    `insert into engine.run_words (workspace_id, run_id, words)
     select workspace_id, run_id, array_to_tsvector(string_to_array(words, ' '))
     from unnest($1::text[], $2::text[], $3::text[]) as r(workspace_id, run_id, words)
     on conflict do nothing`,
    [
      textArray(runs.map((run) => run.workspaceId)),
      textArray(runs.map((run) => run.runId)),
      textArray(runs.map((run) => run.words.join(' '))),
    ],
  )
}
