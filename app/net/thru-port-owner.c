/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-net"

#include "thru-port-owner.h"

#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

#define LISTENING 0x0a
#define PASSWD_LINE_MAX 4096

/* "   0: 00000000:04AF 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 12345 1 …" */
static gboolean
parse_line (const char *line,
            guint      *port,
            guint      *state,
            guint32    *uid)
{
  return sscanf (line, " %*u: %*[0-9A-Fa-f]:%4x %*[0-9A-Fa-f]:%*4x %2x %*8x:%*8x %*2x:%*8x %*8x %u", port, state, uid) == 3;
}

gboolean
thru_port_owner_parse (const char *table,
                       guint       port,
                       guint32    *uid)
{
  g_auto(GStrv) lines = NULL;

  g_return_val_if_fail (table != NULL, FALSE);
  g_return_val_if_fail (uid != NULL, FALSE);

  lines = g_strsplit (table, "\n", -1);
  for (gsize i = 0; lines[i] != NULL; i++)
    {
      guint line_port;
      guint state;

      if (parse_line (lines[i], &line_port, &state, uid) && state == LISTENING && line_port == port)
        return TRUE;
    }

  return FALSE;
}

static gboolean
find_uid (guint    port,
          guint32 *uid)
{
  static const char *const tables[] = { "/proc/net/tcp6", "/proc/net/tcp" };

  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      g_autofree char *table = NULL;

      if (g_file_get_contents (tables[i], &table, NULL, NULL) && thru_port_owner_parse (table, port, uid))
        return TRUE;
    }

  return FALSE;
}

/* getpwuid() may wait for a server. */
static char *
find_name (guint32 uid)
{
  char buffer[PASSWD_LINE_MAX];
  struct passwd entry;
  struct passwd *found;
  char *name = NULL;
  FILE *file = fopen ("/etc/passwd", "re");

  while (name == NULL && file != NULL && fgetpwent_r (file, &entry, buffer, sizeof buffer, &found) == 0)
    {
      if (found->pw_uid == uid)
        name = g_strdup (found->pw_name);
    }

  if (file != NULL)
    fclose (file);
  return name != NULL ? name : g_strdup_printf ("%u", uid);
}

ThruPortOwner
thru_port_owner_find (guint  port,
                      char **name)
{
  guint32 uid;

  g_return_val_if_fail (name != NULL, THRU_PORT_OWNER_UNKNOWN);

  *name = NULL;
  if (!find_uid (port, &uid))
    return THRU_PORT_OWNER_UNKNOWN;

  if (uid == geteuid ())
    return THRU_PORT_OWNER_SELF;

  if (uid == 0)
    return THRU_PORT_OWNER_SYSTEM;

  *name = find_name (uid);
  return THRU_PORT_OWNER_OTHER;
}
