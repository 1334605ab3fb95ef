/** An error of the service, with the code and HTTP status of the API model. */
export class ServiceError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, status: number, message: string) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
  }
}

export const invalid = (message: string) => new ServiceError('ValidationException', 400, message);
export const quotaExceeded = (message: string) =>
  new ServiceError('ServiceQuotaExceededException', 402, message);
export const notFound = (message: string) => new ServiceError('ResourceNotFoundException', 404, message);
export const conflict = (message: string) => new ServiceError('ConflictException', 409, message);
