/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-devices"

#include "thru-port-list.h"

#include <string.h>

#define CLEAN_MAX 512 /* octets looked at: twice what any API gives */

static void
entry_free (ThruPortEntry *entry)
{
  thru_port_info_free (entry->info);
  g_free (entry->api_name);
  g_free (entry);
}

static gsize
count_digits (const char *text)
{
  return strspn (text, "0123456789");
}

static gboolean
is_own (const char *api_name)
{
  const char *rest = api_name + strlen (THRU_PORT_OWN_PREFIX "-");
  gsize n;

  if (!g_str_has_prefix (api_name, THRU_PORT_OWN_PREFIX "-"))
    return FALSE;
  n = count_digits (rest);
  /* JACK appends "-01" to a client's name that is taken. */
  return n > 0 && (rest[n] == ':' || rest[n] == '-');
}

/* One blank for each run of blanks and control characters, none at the ends. */
static char *
clean (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *out = g_string_new (NULL);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_isspace (c) || !g_unichar_isprint (c))
        {
          if (out->len > 0 && out->str[out->len - 1] != ' ')
            g_string_append_c (out, ' ');
          continue;
        }
      if (out->len > CLEAN_MAX)
        break;
      g_string_append_unichar (out, c);
    }
  g_strchomp (out->str);
  return g_string_free (out, FALSE);
}

/* Cuts between characters. */
static void
shorten (char *name)
{
  char *end = name;

  while (*end != '\0' && g_utf8_next_char (end) - name <= THRU_PORT_NAME_MAX)
    end = g_utf8_next_char (end);
  *end = '\0';
}

/* ALSA: "Keystation:Keystation MIDI 1 20:0" loses its " 20:0". */
static void
cut_address (char *name)
{
  char *blank = strrchr (name, ' ');
  gsize client;
  gsize port;

  if (blank == NULL)
    return;
  client = count_digits (blank + 1);
  if (client == 0 || blank[1 + client] != ':')
    return;
  port = count_digits (blank + 2 + client);
  if (port > 0 && blank[2 + client + port] == '\0')
    *blank = '\0';
}

/* Numbers that change from run to run: FluidSynth's process id "(1234)" and address "(1234:0)", a2jmidid's "[20]". Small
 * numbers in parentheses are left alone: people name devices so. */
static void
cut_run_numbers (char *name)
{
  for (char *p = name; (p = strpbrk (p, "([")) != NULL;)
    {
      char close = *p == '(' ? ')' : ']';
      gsize n = count_digits (p + 1);
      gsize end = n + 1;
      char *from = p;

      if (p[end] == ':')
        end += 1 + count_digits (p + end + 1);
      if (p[end] != close || n < (close == ')' ? 3 : 1))
        {
          p++;
          continue;
        }
      while (from > name && from[-1] == ' ')
        from--;
      memmove (from, p + end + 1, strlen (p + end + 1) + 1);
      p = from;
    }
}

/* "Keystation:Keystation MIDI 1" says the same twice. @between: what to put when it does not. */
static char *
join_client_and_port (const char *name,
                      const char *between)
{
  const char *colon = strchr (name, ':');

  for (const char *p = colon; p != NULL; p = strchr (p + 1, ':'))
    {
      const char *port = p + 1 + strspn (p + 1, " ");

      if (p > name && strncmp (port, name, (gsize) (p - name)) == 0)
        return g_strdup (port);
    }
  if (colon == NULL || colon[1] == '\0')
    return g_strndup (name, colon == NULL ? strlen (name) : (gsize) (colon - name));
  return g_strdup_printf ("%.*s%s%s", (int) (colon - name), name, between, colon + 1 + strspn (colon + 1, " "));
}

/* Bridges put ALSA's devices on JACK: "a2j:Keystation [20] (capture): Keystation MIDI 1" and PipeWire's
 * "Midi-Bridge:Keystation:(capture_0) Keystation MIDI 1". */
static char *
unbridge (const char *name)
{
  const char *mark;

  if (g_str_has_prefix (name, "a2j:") && (mark = strstr (name, "): ")) != NULL)
    return g_strdup (mark + 3);
  if (g_str_has_prefix (name, "Midi-Bridge:") && (mark = strstr (name, ":(")) != NULL && (mark = strstr (mark, ") ")) != NULL)
    return g_strdup (mark + 2);
  return g_strdup (name);
}

char *
thru_port_list_readable (const char *prefix,
                         const char *api_name)
{
  g_autofree char *name = NULL;
  g_autofree char *joined = NULL;

  g_return_val_if_fail (prefix != NULL, NULL);
  g_return_val_if_fail (api_name != NULL, NULL);

  name = clean (api_name);
  if (g_str_equal (prefix, "alsa"))
    {
      cut_address (name);
      cut_run_numbers (name);
      joined = join_client_and_port (name, ": ");
    }
  else if (g_str_equal (prefix, "jack"))
    {
      joined = unbridge (name);
      cut_run_numbers (joined);
    }
  else
    {
      cut_address (name);
      joined = g_steal_pointer (&name);
    }

  g_strstrip (joined);
  shorten (joined);
  g_strchomp (joined);
  return joined[0] != '\0' ? g_steal_pointer (&joined) : g_strdup ("MIDI");
}

static int
compare_entries (gconstpointer a,
                 gconstpointer b)
{
  const ThruPortEntry *x = *(ThruPortEntry *const *) a;
  const ThruPortEntry *y = *(ThruPortEntry *const *) b;
  g_autofree char *key_x = NULL;
  g_autofree char *key_y = NULL;

  if (x->info->direction != y->info->direction)
    return x->info->direction < y->info->direction ? -1 : 1;

  key_x = g_utf8_collate_key_for_filename (x->info->name, -1);
  key_y = g_utf8_collate_key_for_filename (y->info->name, -1);
  return strcmp (key_x, key_y);
}

/* The second of the same name gets an ordinal, in the order of the API; an ordinal that is itself a device's name is
 * left to that device. */
static ThruPortEntry *
entry_new (const char   *prefix,
           const char   *api_name,
           ThruDirection direction,
           GHashTable   *taken)
{
  const char *way = direction == THRU_DIRECTION_SOURCE ? "in" : "out";
  g_autofree char *base = thru_port_list_readable (prefix, api_name);
  g_autofree char *name = g_strdup (base);
  g_autofree char *kind = g_strdup_printf ("%s:%s:%s", prefix, way, base);
  g_autofree char *port = g_strdup_printf ("%s:%s:%s", prefix, way, api_name);
  g_autofree char *id = g_strdup (kind);
  ThruPortEntry *entry = g_new0 (ThruPortEntry, 1);

  for (guint n = 2; !g_hash_table_add (taken, g_strdup (name)); n++)
    {
      g_free (name);
      name = g_strdup_printf ("%s (%u)", base, n);
      g_free (id);
      id = g_strdup_printf ("%s#%u", kind, n);
    }
  entry->info = thru_port_info_new (id, name, kind, base, port, direction);
  entry->api_name = g_strdup (api_name);
  return entry;
}

static void
add_entries (GPtrArray         *list,
             const char        *prefix,
             const char *const *api_names,
             ThruDirection      direction)
{
  g_autoptr(GHashTable) taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; api_names != NULL && api_names[i] != NULL && i < THRU_PORT_LIST_MAX; i++)
    if (!is_own (api_names[i]))
      g_ptr_array_add (list, entry_new (prefix, api_names[i], direction, taken));
}

GPtrArray *
thru_port_list_new (const char        *prefix,
                    const char *const *sources,
                    const char *const *destinations)
{
  GPtrArray *list;

  g_return_val_if_fail (prefix != NULL, NULL);

  list = g_ptr_array_new_with_free_func ((GDestroyNotify) entry_free);
  add_entries (list, prefix, sources, THRU_DIRECTION_SOURCE);
  add_entries (list, prefix, destinations, THRU_DIRECTION_DESTINATION);
  g_ptr_array_sort (list, compare_entries);
  return list;
}

const ThruPortEntry *
thru_port_list_find (GPtrArray  *list,
                     const char *id)
{
  const ThruPortEntry *found = NULL;

  g_return_val_if_fail (list != NULL, NULL);
  g_return_val_if_fail (id != NULL, NULL);

  for (guint i = 0; i < list->len; i++)
    {
      ThruPortEntry *entry = g_ptr_array_index (list, i);

      if (g_str_equal (entry->info->port, id))
        return entry;
      if (g_str_equal (entry->info->id, id))
        found = entry;
    }
  return found;
}
