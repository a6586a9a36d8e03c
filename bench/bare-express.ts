import express from 'express'
import pg from 'pg'

const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 10 })
await pool.query('create table if not exists bare_express (id bigserial primary key, body json not null)')

const app = express()
app.use(express.json())
app.post('/', async (request, response) => {
  await pool.query('insert into bare_express (body) values ($1)', [JSON.stringify(request.body)])
  response.json({ total: 42 })
})
const server = app.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.stdout.write(`${address && typeof address === 'object' ? address.port : ''}\n`)
})
process.once('SIGTERM', () => process.exit(0))
