import type { Pool } from 'pg'

/**
 * A schema as it stands after all migrations, written as SQL from the catalog: what reviewers read, and what a test
 * compares with the committed file. Tables, columns, constraints, indexes with their comments, and functions, in a fixed order.
 */
export async function dumpSchema(pool: Pool, schema: string): Promise<string> {
  const { rows: tables } = await pool.query<{
    name: string
    partitions: string | null
    parent: string | null
    options: string | null
  }>(
    `select c.relname as name, pg_get_partkeydef(c.oid) as partitions,
       (select p.relname || ' ' || pg_get_expr(c.relpartbound, c.oid) from pg_inherits i join pg_class p on p.oid = i.inhparent
        where i.inhrelid = c.oid) as parent,
       array_to_string(c.reloptions, ', ') as options
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relkind in ('r', 'p') and c.relname <> 'migrations'
       and not (c.relispartition and pg_get_expr(c.relpartbound, c.oid) <> 'DEFAULT')
     order by c.relname`,
    [schema],
  )
  const parts: string[] = []
  for (const table of tables) {
    if (table.parent !== null) {
      const [parent, ...bound] = table.parent.split(' ')
      parts.push(`create table ${schema}.${table.name} partition of ${schema}.${parent} ${bound.join(' ').toLowerCase()};`)
    } else parts.push(await tableText(pool, schema, table))
  }
  const { rows: functions } = await pool.query<{ text: string }>(
    `select pg_get_functiondef(p.oid) as text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
     where n.nspname = $1 order by p.proname`,
    [schema],
  )
  for (const { text } of functions) parts.push(`${text.trimEnd()};`)
  return `${parts.join('\n\n')}\n`
}

async function tableText(
  pool: Pool,
  schema: string,
  table: { name: string; partitions: string | null; options: string | null },
): Promise<string> {
  const oid = `${schema}.${table.name}`
  const { rows: columns } = await pool.query<{ line: string }>(
    `select concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod),
       case when a.attcollation <> t.typcollation then 'collate "' || (select collname from pg_collation where oid = a.attcollation) || '"' end,
       case when a.attnotnull then 'not null' end, 'default ' || pg_get_expr(d.adbin, d.adrelid)) as line
     from pg_attribute a join pg_type t on t.oid = a.atttypid
     left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
     where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped order by a.attnum`,
    [oid],
  )
  const { rows: constraints } = await pool.query<{ line: string }>(
    `select pg_get_constraintdef(oid) as line from pg_constraint
     where conrelid = $1::regclass and contype in ('p', 'u', 'c', 'f') order by contype desc, conname`,
    [oid],
  )
  const { rows: indexes } = await pool.query<{ definition: string; comment: string | null; name: string }>(
    `select replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' on ') as definition, obj_description(i.indexrelid) as comment, c.relname as name
     from pg_index i join pg_class c on c.oid = i.indexrelid
     where i.indrelid = $1::regclass and not i.indisprimary order by c.relname`,
    [oid],
  )
  const lines = [...columns, ...constraints].map(({ line }) => `  ${line}`)
  const partitions = table.partitions === null ? '' : ` partition by ${table.partitions}`
  const options = table.options ? ` with (${table.options})` : ''
  const head = `create table ${oid} (\n${lines.join(',\n')}\n)${partitions}${options};`
  return [head, ...indexes.map(({ definition, comment }) => `-- ${comment ?? ''}\n${definition};`)].join('\n')
}
