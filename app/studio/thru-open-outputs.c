/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-open-outputs.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define FILE_MAX (64 * 1024)

struct _ThruOpenOutputs
{
  int         fd;   /* locked as long as it is open, which a killed program's is not; -1: no file */
  GHashTable *open; /* set of identities */
  GHashTable *left; /* the same */
};

static int
open_file (const char *config_dir)
{
  g_autofree char *path = g_build_filename (config_dir, "open-outputs", NULL);
  int fd;

  g_mkdir_with_parents (config_dir, 0700);
  fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd >= 0 && flock (fd, LOCK_EX | LOCK_NB) == 0)
    return fd;

  g_debug ("%s: %s", path, g_strerror (errno));
  if (fd >= 0)
    close (fd);
  return -1;
}

static void
read_left (ThruOpenOutputs *self)
{
  g_autofree char *text = g_malloc0 (FILE_MAX + 1);
  g_auto(GStrv) lines = NULL;

  if (self->fd < 0 || pread (self->fd, text, FILE_MAX, 0) <= 0)
    return;

  lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    if (**line != '\0' && g_utf8_validate (*line, -1, NULL))
      g_hash_table_add (self->left, g_strdup (*line));
}

static void
append_all (GString    *text,
            GHashTable *devices)
{
  GHashTableIter iter;
  gpointer device;

  g_hash_table_iter_init (&iter, devices);
  while (g_hash_table_iter_next (&iter, &device, NULL))
    if (strchr (device, '\n') == NULL && text->len + strlen (device) < FILE_MAX)
      g_string_append_printf (text, "%s\n", (const char *) device);
}

/* In place, for the lock is the file's. No wait for the disk: it is the program that gets killed, not the computer. */
static void
write_file (ThruOpenOutputs *self)
{
  g_autoptr(GString) text = g_string_new (NULL);

  if (self->fd < 0)
    return;

  append_all (text, self->open);
  append_all (text, self->left);
  if (pwrite (self->fd, text->str, text->len, 0) != (gssize) text->len || ftruncate (self->fd, (off_t) text->len) < 0)
    g_debug ("The list of open outputs can not be kept: %s", g_strerror (errno));
}

ThruOpenOutputs *
thru_open_outputs_new (const char *config_dir)
{
  ThruOpenOutputs *self;

  g_return_val_if_fail (config_dir != NULL, NULL);

  self = g_new0 (ThruOpenOutputs, 1);
  self->fd = open_file (config_dir);
  self->open = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->left = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  read_left (self);
  return self;
}

void
thru_open_outputs_free (ThruOpenOutputs *self)
{
  if (self == NULL)
    return;

  if (self->fd >= 0)
    close (self->fd);
  g_hash_table_unref (self->open);
  g_hash_table_unref (self->left);
  g_free (self);
}

gboolean
thru_open_outputs_is_left (ThruOpenOutputs *self,
                           const char      *device)
{
  g_return_val_if_fail (self != NULL && device != NULL, FALSE);

  return g_hash_table_contains (self->left, device);
}

void
thru_open_outputs_add (ThruOpenOutputs *self,
                       const char      *device)
{
  g_return_if_fail (self != NULL && device != NULL);

  g_hash_table_remove (self->left, device);
  g_hash_table_add (self->open, g_strdup (device));
  write_file (self);
}

void
thru_open_outputs_remove (ThruOpenOutputs *self,
                          const char      *device)
{
  g_return_if_fail (self != NULL && device != NULL);

  if (g_hash_table_remove (self->open, device))
    write_file (self);
}
