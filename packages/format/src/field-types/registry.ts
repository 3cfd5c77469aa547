/** All field types by their names in harmonization.conf. */
import { dateTimeType } from "./date-time.ts";
import { base64Type, jsonDictType, jsonType } from "./encoded.ts";
import type { FieldType } from "./field-type.ts";
import { fqdnType } from "./fqdn.ts";
import { ipAddressType } from "./ip-address.ts";
import { ipNetworkType } from "./ip-network.ts";
import { classificationTaxonomyType, classificationTypeType, registryType, tlpType } from "./named.ts";
import { accuracyType, asnType, booleanType, floatType, integerType } from "./number.ts";
import { genericType, lowercaseStringType, stringType, uppercaseStringType } from "./text.ts";
import { urlType } from "./url.ts";

const types: ReadonlyMap<string, FieldType> = new Map(
  [
    accuracyType,
    asnType,
    base64Type,
    booleanType,
    classificationTaxonomyType,
    classificationTypeType,
    dateTimeType,
    floatType,
    fqdnType,
    genericType,
    integerType,
    ipAddressType,
    ipNetworkType,
    jsonDictType,
    jsonType,
    lowercaseStringType,
    registryType,
    stringType,
    tlpType,
    uppercaseStringType,
    urlType,
  ].map((type) => [type.name, type]),
);

/** The type of this name; undefined when there is none. */
export function fieldType(name: string): FieldType | undefined {
  return types.get(name);
}

/** All names, sorted. */
export function fieldTypeNames(): readonly string[] {
  return [...types.keys()];
}
