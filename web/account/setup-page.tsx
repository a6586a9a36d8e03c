import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useEffect, useState, type SubmitEvent } from 'react'
import { call, isApiProblem, problemText } from '../api/client.ts'
import { meQuery, setupStateQuery } from '../api/queries.ts'
import { useTitle } from '../shell/use-title.ts'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { TextField } from '../ui/text-field.tsx'
import { AccountFrame } from './account-frame.tsx'
import { PasswordField } from './password-field.tsx'

const route = getRouteApi('/setup')
const minimumPassword = 12

/** The first visit: whoever holds the printed link makes the owner's account. */
export function SetupPage() {
  useTitle('Set up')
  const { token } = route.useSearch()
  const navigate = useNavigate()
  const queryClient = useQueryClient()
  const state = useQuery(setupStateQuery).data
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [wasSent, setSent] = useState(false)
  useEffect(() => {
    performance.mark('app-ready')
  }, [])
  const setup = useMutation({
    mutationFn: () =>
      call('setup', { body: { ...(token === undefined ? {} : { token }), name: name.trim(), email: email.trim(), password } }),
    onSuccess: async (me) => {
      queryClient.clear()
      queryClient.setQueryData(meQuery.queryKey, me)
      await navigate({ to: '/flows' })
    },
  })
  const fieldProblem = (path: string) =>
    isApiProblem(setup.error)
      ? setup.error.errors.find((each) => each.path === path || each.path.endsWith(`/${path}`))?.message
      : undefined
  const missing = {
    name: wasSent && name.trim() === '' ? 'Say what others should call you.' : undefined,
    email: wasSent && !/^\S+@\S+$/.test(email.trim()) ? 'Write an e-mail address, like you@company.com.' : undefined,
    password: wasSent && password.length < minimumPassword ? `Use ${minimumPassword} characters or more.` : undefined,
  }
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    setSent(true)
    if (name.trim() !== '' && /^\S+@\S+$/.test(email.trim()) && password.length >= minimumPassword) setup.mutate()
  }
  return (
    <AccountFrame
      title="Make the owner’s account"
      lead="The first account looks after this installation. It stays on this machine."
    >
      <form noValidate onSubmit={submit} className="flex flex-col gap-4">
        {state?.tokenNeeded === true && token === undefined && (
          <Notice tone="waiting" title="Open the link from the start-up output">
            From another machine only the one-time link works. Holdfast prints it when it starts.
          </Notice>
        )}
        {setup.isError && (
          <Notice tone="problem" title="The account was not made">
            {problemText(setup.error)}
          </Notice>
        )}
        <TextField
          label="Your name"
          name="name"
          autoComplete="name"
          required
          autoFocus
          size="large"
          value={name}
          onChange={(event) => setName(event.target.value)}
          error={missing.name ?? fieldProblem('name')}
        />
        <TextField
          label="E-mail"
          type="email"
          name="email"
          autoComplete="username"
          required
          size="large"
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          error={missing.email ?? fieldProblem('email')}
        />
        <PasswordField
          isNew
          value={password}
          onChange={setPassword}
          hint={`${minimumPassword} characters or more. A few unrelated words are easy to remember.`}
          error={missing.password ?? fieldProblem('password')}
        />
        <Button type="submit" variant="primary" size="large" busy={setup.isPending} className="mt-2">
          Make the account
        </Button>
      </form>
    </AccountFrame>
  )
}
