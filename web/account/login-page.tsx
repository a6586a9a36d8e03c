import { useMutation, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useRouter } from '@tanstack/react-router'
import { useEffect, useState, type SubmitEvent } from 'react'
import { call, isApiProblem, problemText } from '../api/client.ts'
import { meQuery } from '../api/queries.ts'
import { useTitle } from '../shell/use-title.ts'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { TextField } from '../ui/text-field.tsx'
import { AccountFrame } from './account-frame.tsx'
import { PasswordField } from './password-field.tsx'

const route = getRouteApi('/login')

/** Only an address of this product is gone on to: a link may carry any `next`. */
function safeNext(next: string | undefined): string {
  return next !== undefined && /^\/[^/\\]/.test(next) ? next : '/flows'
}

export function LoginPage() {
  useTitle('Sign in')
  const { next } = route.useSearch()
  const router = useRouter()
  const queryClient = useQueryClient()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  useEffect(() => {
    performance.mark('app-ready')
  }, [])
  const login = useMutation({
    mutationFn: () => call('login', { body: { email, password } }),
    onSuccess: async (me) => {
      queryClient.clear()
      queryClient.setQueryData(meQuery.queryKey, me)
      await router.navigate({ href: safeNext(next) })
    },
  })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    login.mutate()
  }
  const problem = login.error
  return (
    <AccountFrame title="Sign in">
      <form onSubmit={submit} className="flex flex-col gap-4">
        {problem !== null && (
          <Notice
            tone="problem"
            title={isApiProblem(problem) && problem.status === 401 ? 'That didn’t match' : 'You are not signed in'}
          >
            {isApiProblem(problem) && problem.status === 401
              ? 'Check the e-mail address and the password.'
              : problemText(problem)}
          </Notice>
        )}
        <TextField
          label="E-mail"
          type="email"
          name="email"
          autoComplete="username"
          required
          autoFocus
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          size="large"
        />
        <PasswordField value={password} onChange={setPassword} />
        <Button
          type="submit"
          variant="primary"
          size="large"
          busy={login.isPending}
          disabled={email === '' || password === ''}
          className="mt-2"
        >
          Sign in
        </Button>
      </form>
    </AccountFrame>
  )
}
