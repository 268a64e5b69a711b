import type { Json } from './json.ts';

export interface ErrorBody {
  readonly message: string;
  readonly parameters?: Json;
  readonly errors?: readonly { readonly message: string; readonly parameters?: Json }[];
}

/** An error that the REST API answers as JSON: a status, a message with placeholders, and their values. */
export class WebapiError extends Error {
  override readonly name = 'WebapiError';
  readonly status: number;
  readonly body: ErrorBody;

  constructor(status: number, body: ErrorBody) {
    super(body.message);
    this.status = status;
    this.body = body;
  }
}

/** An answer that is not JSON: Magento's error pages, or the last words of a PHP process that failed outside the REST API. */
export class PageError extends Error {
  override readonly name = 'PageError';
  readonly status: number;
  readonly contentType: string;
  readonly page: string;

  constructor(status: number, contentType: string, page: string) {
    super(`HTTP ${status}`);
    this.status = status;
    this.contentType = contentType;
    this.page = page;
  }
}

/** 400 with a plain message. */
export const refused = (message: string, parameters?: Json): WebapiError =>
  new WebapiError(400, parameters === undefined ? { message } : { message, parameters });

/** 404 `No such entity with %fieldName = %fieldValue` (`NoSuchEntityException::singleField`). */
export const noSuchEntity = (fieldName: string, fieldValue: Json): WebapiError =>
  new WebapiError(404, {
    message: 'No such entity with %fieldName = %fieldValue',
    parameters: { fieldName, fieldValue },
  });

/** 404 of the sales repositories. */
export const entityNotFound = (): WebapiError =>
  new WebapiError(404, { message: "The entity that was requested doesn't exist. Verify the entity and try again." });

export const productNotFound = (): WebapiError =>
  new WebapiError(404, { message: "The product that was requested doesn't exist. Verify the product and try again." });

export const couponNotValid = (): WebapiError =>
  new WebapiError(404, { message: "The coupon code isn't valid. Verify the code and try again." });

export const noRoute = (): WebapiError => new WebapiError(404, { message: 'Request does not match any route.' });

/** 401; missing, garbage, expired and insufficient credentials all read the same. */
export const notAuthorized = (resource: string): WebapiError =>
  new WebapiError(401, {
    message: "The consumer isn't authorized to access %resources.",
    parameters: { resources: resource },
  });

export const fieldRequired = (fieldName: string): WebapiError =>
  refused('"%fieldName" is required. Enter and try again.', { fieldName });

export const fieldNotSupported = (fieldName: string): WebapiError =>
  refused('"%fieldName" is not supported. Correct the field name and try again.', { fieldName });

/** The database's unique key spoke (`AlreadyExistsException`). */
export const uniqueConstraint = (): WebapiError => refused('Unique constraint violation found');

/** 500 with a report id, as for any exception Magento does not expect. `report` is 13 hexadecimal digits. */
export const internalError = (report: string): WebapiError =>
  new WebapiError(500, {
    message: `Internal Error. Details are available in Magento log file. Report ID: webapi-${report}`,
  });

/** `<Document> Document Validation Error(s):` followed by one line a reason (`DocumentValidationException`). */
export const documentInvalid = (
  document: 'Invoice' | 'Shipment' | 'Creditmemo',
  reasons: readonly string[],
): WebapiError => refused(`${document} Document Validation Error(s):\n${reasons.join('\n')}`);
