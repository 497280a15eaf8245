/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

/* "903c64" to octets; ends the test on anything that is no hexadecimal. */
GByteArray *test_octets       (const char    *hex);

/* A ThruMidiMessageFunc: appends the message as hexadecimal and a blank to the GString @user. */
void        test_append_hex   (const uint8_t *message,
                               size_t         length,
                               void          *user);

/* The rows of tests/data/@name, each (element-type GStrv) of @n_columns fields; comments and empty lines are left out. */
GPtrArray * test_load_rows    (const char    *name,
                               guint          n_columns);

/* A TCP port that nobody listens on now, and that no connection takes while its room is away: Linux takes theirs from above. */
guint       test_find_port    (void);
