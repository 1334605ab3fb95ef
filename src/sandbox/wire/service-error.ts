/** A refusal as an AWS service words it; each protocol has its own way to write one down. */
export class ServiceError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** Narrows what was caught; anything but a refusal is a bug of the sandbox and goes on to the server. */
export function asServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  throw error;
}
