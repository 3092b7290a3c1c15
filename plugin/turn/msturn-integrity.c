/* msturn-integrity.c
 * Message integrity, verified with the passwords that the user gives in the preferences.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "turn/msturn-integrity.h"

#include <epan/uat.h>

#define BLOCK         64 /* the text is padded to a multiple of it, RFC 3489 11.2.8 */
#define SHA1_LENGTH   20
#define SHA256_LENGTH 32
#define MD5_LENGTH    16
#define MAX_KEYS      8

typedef struct {
    char *username; /* text, or base64 of the bytes */
    char *realm;    /* empty = any, or none */
    char *password; /* text, or base64 of the bytes */
} password_t;

static password_t *passwords;
static unsigned password_count;

UAT_CSTRING_CB_DEF(passwords, username, password_t)
UAT_CSTRING_CB_DEF(passwords, realm, password_t)
UAT_CSTRING_CB_DEF(passwords, password, password_t)

typedef struct {
    const uint8_t *bytes;
    size_t length;
} blob_t;

static void *
password_copy(void *to, const void *from, size_t length)
{
    password_t *copy = (password_t *)to;
    const password_t *original = (const password_t *)from;

    (void)length;
    copy->username = g_strdup(original->username);
    copy->realm = g_strdup(original->realm);
    copy->password = g_strdup(original->password);
    return to;
}

static void
password_free(void *record)
{
    password_t *old = (password_t *)record;

    g_free(old->username);
    g_free(old->realm);
    g_free(old->password);
}

/* What base64 text stands for (also without its padding, as candidate lines write it); length 0 = it is none. */
static blob_t
from_base64(wmem_allocator_t *scope, const char *text)
{
    const size_t length = strlen(text);
    const char *padded = wmem_strdup_printf(scope, "%s%s", text, length % 4 == 2 ? "==" : length % 4 == 3 ? "=" : "");
    blob_t blob = { NULL, 0 };
    uint8_t *bytes;

    if (length < 4 || strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=") != length)
        return blob;
    bytes = g_base64_decode(padded, &blob.length);
    blob.bytes = (const uint8_t *)wmem_memdup(scope, bytes, blob.length);
    g_free(bytes);
    return blob;
}

static bool
same(blob_t blob, const uint8_t *bytes, size_t length)
{
    return blob.length == length && (length == 0 || memcmp(blob.bytes, bytes, length) == 0);
}

/* Old-style senders pad a user name with zeros inside its length. */
static size_t
without_zeros(const uint8_t *bytes, size_t length)
{
    while (length > 0 && bytes[length - 1] == 0)
        length--;
    return length;
}

/* Some ends hash what stands between the quotes of a realm, some the quotes, too. */
static const char *
without_quotes(wmem_allocator_t *scope, const char *realm)
{
    const size_t length = strlen(realm);

    if (length < 2 || realm[0] != '"' || realm[length - 1] != '"')
        return realm;
    return wmem_strndup(scope, realm + 1, length - 2);
}

static bool
hmac_fits(packet_info *pinfo, GChecksumType hash, blob_t key, blob_t text, const uint8_t *expected, unsigned length)
{
    gsize size = length;
    uint8_t *digest = (uint8_t *)wmem_alloc(pinfo->pool, SHA256_LENGTH);
    GHmac *hmac = g_hmac_new(hash, key.bytes, key.length);

    g_hmac_update(hmac, text.bytes, (gssize)text.length);
    g_hmac_get_digest(hmac, digest, &size);
    g_hmac_unref(hmac);
    return size == length && memcmp(digest, expected, length) == 0;
}

/* The long-term key: MD5 (or, tried for SHA-256, SHA-256) of username ":" realm ":" password. */
static blob_t
long_term_key(packet_info *pinfo, GChecksumType hash, blob_t username, const char *realm, blob_t password)
{
    blob_t key = { NULL, hash == G_CHECKSUM_MD5 ? MD5_LENGTH : SHA256_LENGTH };
    uint8_t *bytes = (uint8_t *)wmem_alloc(pinfo->pool, SHA256_LENGTH);
    GChecksum *checksum = g_checksum_new(hash);

    g_checksum_update(checksum, username.bytes, (gssize)username.length);
    g_checksum_update(checksum, (const guchar *)":", 1);
    g_checksum_update(checksum, (const guchar *)realm, (gssize)strlen(realm));
    g_checksum_update(checksum, (const guchar *)":", 1);
    g_checksum_update(checksum, password.bytes, (gssize)password.length);
    g_checksum_get_digest(checksum, bytes, &key.length);
    g_checksum_free(checksum);
    key.bytes = bytes;
    return key;
}

bool
msturn_integrity_wanted(void)
{
    return password_count > 0;
}

msturn_integrity_t
msturn_integrity_verify(packet_info *pinfo, tvbuff_t *tvb, int integrity, unsigned length, const uint8_t *username,
                        unsigned username_length, const char *realm)
{
    const size_t covered = (size_t)integrity - 4;
    const size_t padded = (covered + BLOCK - 1) / BLOCK * BLOCK;
    const GChecksumType hash = length == SHA256_LENGTH ? G_CHECKSUM_SHA256 : G_CHECKSUM_SHA1;
    const size_t name_length = without_zeros(username, username_length);
    uint8_t *buffer = NULL;
    const uint8_t *expected = NULL;
    bool known = false;

    for (unsigned row = 0; row < password_count; row++) {
        const password_t *entry = &passwords[row];
        const blob_t name_text = { (const uint8_t *)entry->username, strlen(entry->username) };
        const blob_t name_bytes = from_base64(pinfo->pool, entry->username);
        const blob_t wire_name = { username, username_length }, shorter_name = { username, name_length };
        blob_t secrets[2], keys[MAX_KEYS];
        unsigned count = 0;

        if (!same(name_text, username, name_length) && !same(name_bytes, username, username_length))
            continue;
        if (realm && entry->realm[0] && strcmp(entry->realm, realm) != 0)
            continue;
        known = true;
        if (!buffer) {
            buffer = (uint8_t *)wmem_alloc0(pinfo->pool, padded);
            tvb_memcpy(tvb, buffer, 0, covered);
            expected = (const uint8_t *)tvb_memdup(pinfo->pool, tvb, integrity, length);
        }
        secrets[0].bytes = (const uint8_t *)entry->password;
        secrets[0].length = strlen(entry->password);
        secrets[1] = from_base64(pinfo->pool, entry->password);
        for (unsigned i = 0; i < 2; i++) {
            if (secrets[i].length == 0)
                continue;
            if (!realm) {
                keys[count++] = secrets[i];
                continue;
            }
            for (unsigned quotes = 0; quotes < 2; quotes++) {
                const blob_t name = quotes ? shorter_name : wire_name;
                const char *text = quotes ? without_quotes(pinfo->pool, realm) : realm;

                keys[count++] = long_term_key(pinfo, G_CHECKSUM_MD5, name, text, secrets[i]);
                if (hash == G_CHECKSUM_SHA256)
                    keys[count++] = long_term_key(pinfo, G_CHECKSUM_SHA256, name, text, secrets[i]);
            }
        }
        for (unsigned i = 0; i < count; i++) {
            const blob_t text = { buffer, padded }, plain = { buffer, covered };

            if (hmac_fits(pinfo, hash, keys[i], text, expected, length) ||
                (padded != covered && hmac_fits(pinfo, hash, keys[i], plain, expected, length)))
                return MSTURN_INTEGRITY_VERIFIED;
        }
    }
    if (!known)
        return MSTURN_INTEGRITY_NO_PASSWORD;
    return hash == G_CHECKSUM_SHA256 ? MSTURN_INTEGRITY_NOT_VERIFIED : MSTURN_INTEGRITY_WRONG;
}

void
msturn_integrity_register(module_t *preferences)
{
    static uat_field_t fields[] = {
        UAT_FLD_CSTRING(passwords, username, "Username", "As text, or the base64 of its bytes"),
        UAT_FLD_CSTRING(passwords, realm, "Realm", "Empty for any realm, and for connectivity checks"),
        UAT_FLD_CSTRING(passwords, password, "Password", "As text, or the base64 of its bytes"),
        UAT_END_FIELDS,
    };
    uat_t *table =
        uat_new("MS-TURN passwords", sizeof(password_t), "msturn_passwords", true, &passwords, &password_count,
                UAT_AFFECTS_DISSECTION, NULL, password_copy, NULL, password_free, NULL, NULL, fields);

    prefs_register_uat_preference(
        preferences, "passwords", "Passwords",
        "Passwords to verify the integrity of messages with: as in an MRAS response, or of an "
        "ice-pwd line for connectivity checks",
        table);
}
