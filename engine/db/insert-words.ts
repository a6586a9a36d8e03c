import { textArray } from './array-literal.ts'
import type { Database } from './database.ts'

/** A run that many starts went into is found by the words of the first. */
const mostWords = 2000

/** Stores the words of runs, beside those that are there already. */
export async function insertWords(
  database: Database,
  runs: readonly { workspaceId: string; runId: string; words: readonly string[] }[],
): Promise<void> {
  await database.write(
    `insert into engine.run_words as w (workspace_id, run_id, words)
     select workspace_id, run_id, array_to_tsvector(string_to_array(words, ' '))
     from unnest($1::text[], $2::text[], $3::text[]) as r(workspace_id, run_id, words)
     on conflict (workspace_id, run_id) do update set words = w.words || excluded.words
       where length(w.words) < ${mostWords}`,
    [
      textArray(runs.map((run) => run.workspaceId)),
      textArray(runs.map((run) => run.runId)),
      textArray(runs.map((run) => run.words.join(' '))),
    ],
  )
}
