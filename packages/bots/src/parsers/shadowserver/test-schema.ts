/** The schema of the test reports, for `test_mode`: three reports with the fields that most reports have. */

const address = [
  ["time.source", "timestamp", "add_UTC_to_timestamp"],
  ["source.ip", "ip", "validate_ip"],
  ["source.port", "port", "convert_int"],
];
const place = [
  ["source.geolocation.cc", "geo"],
  ["source.geolocation.region", "region"],
  ["source.geolocation.city", "city"],
];
const vulnerable = { "classification.taxonomy": "vulnerable", "classification.type": "vulnerable-system" };

/** JSON text, as Shadowserver would publish it. */
export const testSchema = JSON.stringify({
  test_smb: {
    feed_name: "Test-Accessible-SMB",
    file_name: "test_smb",
    constant_fields: {
      "classification.identifier": "test-smb",
      ...vulnerable,
      "protocol.application": "smb",
      "protocol.transport": "tcp",
    },
    required_fields: address,
    optional_fields: [
      ["extra.", "smb_implant", "convert_bool"],
      ["source.reverse_dns", "hostname"],
      ["extra.", "tag"],
      ["source.asn", "asn", "invalidate_zero"],
      ...place,
      ["extra.source.naics", "naics", "invalidate_zero"],
      ["extra.source.sic", "sic", "invalidate_zero"],
      ...[
        "arch",
        "key",
        "smbv1_support",
        "smb_major_number",
        "smb_minor_number",
        "smb_revision",
        "smb_version_string",
      ].map((column) => ["extra.", column, "validate_to_none"]),
    ],
  },
  test_telnet: {
    feed_name: "Test-Accessible-Telnet",
    file_name: "test_telnet",
    constant_fields: { "classification.identifier": "test-telnet", ...vulnerable, "protocol.application": "telnet" },
    required_fields: address,
    optional_fields: [
      ["protocol.transport", "protocol"],
      ["source.reverse_dns", "hostname"],
      ["extra.", "tag", "validate_to_none"],
      ["source.asn", "asn", "invalidate_zero"],
      ...place,
      ["extra.", "naics", "invalidate_zero"],
      ["extra.", "sic", "invalidate_zero"],
      ["extra.", "banner", "validate_to_none"],
    ],
  },
  test_afs: {
    feed_name: "Test-Accessible-AFS",
    file_name: "test_afs",
    constant_fields: { "classification.identifier": "test-afs", ...vulnerable, "protocol.application": "afs" },
    required_fields: [...address, ["not_in_idf", "severity"]],
    optional_fields: [["protocol.transport", "protocol"]],
  },
});
