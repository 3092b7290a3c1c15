/* msturn-integrity.c
 * Message integrity, verified with the passwords that the user gives in the preferences.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "turn/msturn-integrity.h"

#include <epan/uat.h>

#include "base/base64.h"
#include "knowledge/stun-numbers.h"

#define BLOCK         64 /* the text is padded to a multiple of it, RFC 3489 11.2.8 */
#define SHA1_LENGTH   20
#define SHA256_LENGTH 32
#define MD5_LENGTH    16

const value_string msturn_integrity_names[] = {
    { MSTURN_INTEGRITY_VERIFIED, "verified" },
    { MSTURN_INTEGRITY_WRONG, "wrong" },
    { MSTURN_INTEGRITY_NOT_VERIFIED, "not verified" },
    { 0, NULL },
};

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

static blob_t
blob_of_text(const char *text)
{
    return (blob_t){ (const uint8_t *)text, strlen(text) };
}

static blob_t
blob_of_base64(wmem_allocator_t *scope, const char *text)
{
    blob_t blob;

    blob.bytes = base64_read(scope, text, &blob.length);
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

/* What is signed, and with what result. */
typedef struct {
    GChecksumType hash;
    blob_t text, padded; /* the message before the attribute, as it is and filled up to whole blocks */
    blob_t expected;
} signed_t;

static signed_t
signed_text(packet_info *pinfo, tvbuff_t *tvb, int integrity, unsigned length)
{
    const size_t covered = (size_t)integrity - STUN_ATTRIBUTE_HEAD;
    const size_t padded = (covered + BLOCK - 1) / BLOCK * BLOCK;
    uint8_t *buffer = (uint8_t *)wmem_alloc0(pinfo->pool, padded);

    tvb_memcpy(tvb, buffer, 0, covered);
    return (signed_t){
        .hash = length == SHA256_LENGTH ? G_CHECKSUM_SHA256 : G_CHECKSUM_SHA1,
        .text = { buffer, covered },
        .padded = { buffer, padded },
        .expected = { (const uint8_t *)tvb_memdup(pinfo->pool, tvb, integrity, length), length },
    };
}

static bool
hmac_fits(GChecksumType hash, blob_t key, blob_t text, blob_t expected)
{
    uint8_t digest[SHA256_LENGTH];
    gsize size = expected.length;
    GHmac *hmac = g_hmac_new(hash, key.bytes, key.length);

    g_hmac_update(hmac, text.bytes, (gssize)text.length);
    g_hmac_get_digest(hmac, digest, &size);
    g_hmac_unref(hmac);
    return same(expected, digest, size);
}

static bool
key_fits(const signed_t *message, blob_t key)
{
    return hmac_fits(message->hash, key, message->padded, message->expected) ||
           (message->padded.length != message->text.length &&
            hmac_fits(message->hash, key, message->text, message->expected));
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

/* Whether a secret signs the message: as the key itself (no realm), or in a long-term key. Clients differ in what
 * they take for the name and the realm. */
static bool
secret_fits(packet_info *pinfo, const signed_t *message, blob_t username, const char *realm, blob_t secret)
{
    const blob_t names[] = { username, { username.bytes, without_zeros(username.bytes, username.length) } };

    if (secret.length == 0)
        return false;
    if (!realm)
        return key_fits(message, secret);
    for (unsigned i = 0; i < array_length(names); i++) {
        const char *text = i ? without_quotes(pinfo->pool, realm) : realm;

        if (key_fits(message, long_term_key(pinfo, G_CHECKSUM_MD5, names[i], text, secret)) ||
            (message->hash == G_CHECKSUM_SHA256 &&
             key_fits(message, long_term_key(pinfo, G_CHECKSUM_SHA256, names[i], text, secret))))
            return true;
    }
    return false;
}

/* Whether a row of the preferences is about this user and realm. */
static bool
row_applies(packet_info *pinfo, const password_t *row, blob_t username, const char *realm)
{
    const size_t shorter = without_zeros(username.bytes, username.length);

    return (same(blob_of_text(row->username), username.bytes, shorter) ||
            same(blob_of_base64(pinfo->pool, row->username), username.bytes, username.length)) &&
           (!realm || !row->realm[0] || strcmp(row->realm, realm) == 0);
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
    const blob_t name = { username, username_length };
    signed_t message = { 0 };
    bool known = false;

    for (unsigned i = 0; i < password_count; i++) {
        const password_t *row = &passwords[i];

        if (!row_applies(pinfo, row, name, realm))
            continue;
        if (!known)
            message = signed_text(pinfo, tvb, integrity, length);
        known = true;
        if (secret_fits(pinfo, &message, name, realm, blob_of_text(row->password)) ||
            secret_fits(pinfo, &message, name, realm, blob_of_base64(pinfo->pool, row->password)))
            return MSTURN_INTEGRITY_VERIFIED;
    }
    if (!known)
        return MSTURN_INTEGRITY_NO_PASSWORD;
    return message.hash == G_CHECKSUM_SHA256 ? MSTURN_INTEGRITY_NOT_VERIFIED : MSTURN_INTEGRITY_WRONG;
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
