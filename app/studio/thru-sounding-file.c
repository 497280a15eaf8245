/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-sounding-file.h"

#include "thru-midi-message.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC "thruwall sounding 2"
#define OUTPUT_ID_SIZE 256
#define ENDS_MAX 256
#define END_SIZE 3

/* One output. Whoever sets in_use owns the rest. */
typedef struct
{
  guint32        in_use;
  guint32        left; /* by an earlier run, or when the output went, and not released yet */
  char           output[OUTPUT_ID_SIZE];
  guint32        n_ends; /* that were ever sent; the last of them are in ends */
  guint8         ends[ENDS_MAX][END_SIZE]; /* note-offs and the like: when we are killed, the MIDI system may still have them */
  ThruMidiLedger ledger;
} Slot;

typedef struct
{
  char    magic[24];
  guint32 slot_size;
  guint32 n_slots;
  Slot    slots[THRU_SOUNDING_OUTPUTS_MAX];
} Content;

struct _ThruSoundingFile
{
  char    *path;
  int      fd;      /* holds the lock */
  Content *content; /* shared with the file */
};

static gboolean
set_error_from_errno (GError    **error,
                      const char *path)
{
  int saved_errno = errno;

  g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (saved_errno),
               _("%s: %s. Notes that sound when Thruwall is killed can not be released at its next start."),
               path, g_strerror (saved_errno));
  return FALSE;
}

static gboolean
is_ours (const Content *content)
{
  return memcmp (content->magic, MAGIC, sizeof MAGIC) == 0 &&
         content->slot_size == sizeof (Slot) &&
         content->n_slots == THRU_SOUNDING_OUTPUTS_MAX;
}

static void
begin_anew (Content *content)
{
  memset (content, 0, sizeof *content);
  memcpy (content->magic, MAGIC, sizeof MAGIC);
  content->slot_size = sizeof (Slot);
  content->n_slots = THRU_SOUNDING_OUTPUTS_MAX;
}

/* What is not a name, or does not sound, is nothing that was left. */
static void
take_over (Content *content)
{
  for (guint i = 0; i < THRU_SOUNDING_OUTPUTS_MAX; i++)
    {
      Slot *slot = &content->slots[i];

      slot->output[OUTPUT_ID_SIZE - 1] = '\0';
      slot->left = slot->output[0] != '\0' &&
                   g_utf8_validate (slot->output, -1, NULL) &&
                   (slot->n_ends > 0 || thru_midi_ledger_is_sounding (&slot->ledger));
      slot->in_use = slot->left;
    }
}

static gboolean
map_content (ThruSoundingFile *self,
             GError          **error)
{
  g_autofree char *folder = g_path_get_dirname (self->path);
  void *mapped;

  if (g_mkdir_with_parents (folder, 0700) != 0)
    return set_error_from_errno (error, folder);

  self->fd = g_open (self->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (self->fd < 0 || flock (self->fd, LOCK_EX | LOCK_NB) != 0 || ftruncate (self->fd, sizeof (Content)) != 0)
    return set_error_from_errno (error, self->path);

  /* Writing to a page that there is no place for would be the program's end. */
  errno = posix_fallocate (self->fd, 0, sizeof (Content));
  if (errno != 0)
    return set_error_from_errno (error, self->path);

  mapped = mmap (NULL, sizeof (Content), PROT_READ | PROT_WRITE, MAP_SHARED, self->fd, 0);
  if (mapped == MAP_FAILED)
    return set_error_from_errno (error, self->path);

  self->content = mapped;
  return TRUE;
}

ThruSoundingFile *
thru_sounding_file_open (const char *path,
                         GError    **error)
{
  g_autoptr(ThruSoundingFile) self = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  self = g_atomic_rc_box_new0 (ThruSoundingFile);
  self->path = g_strdup (path);
  self->fd = -1;
  if (!map_content (self, error))
    return NULL;

  if (is_ours (self->content))
    take_over (self->content);
  else
    begin_anew (self->content);
  return g_steal_pointer (&self);
}

static gboolean
is_sounding (const Content *content)
{
  for (guint i = 0; i < THRU_SOUNDING_OUTPUTS_MAX; i++)
    {
      const Slot *slot = &content->slots[i];

      if (slot->in_use && (slot->left || thru_midi_ledger_is_sounding (&slot->ledger)))
        return TRUE;
    }
  return FALSE;
}

static void
sounding_file_clear (gpointer data)
{
  ThruSoundingFile *self = data;

  if (self->content != NULL)
    {
      if (!is_sounding (self->content))
        g_unlink (self->path);
      munmap (self->content, sizeof (Content));
    }
  if (self->fd >= 0)
    close (self->fd);
  g_free (self->path);
}

ThruSoundingFile *
thru_sounding_file_ref (ThruSoundingFile *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
thru_sounding_file_unref (ThruSoundingFile *self)
{
  g_atomic_rc_box_release_full (self, sounding_file_clear);
}

gboolean
thru_sounding_file_is_left (ThruSoundingFile *self,
                            const char       *output)
{
  g_return_val_if_fail (self != NULL && output != NULL, FALSE);

  for (guint i = 0; i < THRU_SOUNDING_OUTPUTS_MAX; i++)
    {
      const Slot *slot = &self->content->slots[i];

      if (g_atomic_int_get (&slot->left) && g_str_equal (slot->output, output))
        return TRUE;
    }
  return FALSE;
}

/* Lets @ledger end once more what @end ended, unless it does so anyway. Another note-off harms nobody. */
static void
add_end (ThruMidiLedger *ledger,
         const guint8   *end)
{
  guint8 channel = end[0] & 0x0f;
  guint8 number = end[1] & 0x7f;

  if (thru_midi_is_note_off (end, END_SIZE))
    {
      const guint8 note_on[] = { 0x90 | channel, number, 1 };

      if (ledger->held[channel][number] == 0)
        thru_midi_ledger_record (ledger, note_on, sizeof note_on);
    }
  else if ((end[0] & 0xf0) == 0xb0)
    {
      /* With any pedal comes All Notes Off. */
      const guint8 pedal_down[] = { end[0], number < 120 ? number : 64, 127 };

      thru_midi_ledger_record (ledger, pedal_down, sizeof pedal_down);
    }
}

gboolean
thru_sounding_file_take_left (ThruSoundingFile *self,
                              const char       *output,
                              ThruMidiLedger   *ledger)
{
  gboolean found = FALSE;

  g_return_val_if_fail (self != NULL && output != NULL && ledger != NULL, FALSE);

  thru_midi_ledger_init (ledger);
  for (guint i = 0; i < THRU_SOUNDING_OUTPUTS_MAX; i++)
    {
      Slot *slot = &self->content->slots[i];

      if (!g_atomic_int_get (&slot->left) || !g_str_equal (slot->output, output))
        continue;

      thru_midi_ledger_add (ledger, &slot->ledger);
      for (guint end = 0; end < MIN (slot->n_ends, ENDS_MAX); end++)
        add_end (ledger, slot->ends[end]);
      g_atomic_int_set (&slot->left, FALSE);
      slot->n_ends = 0;
      thru_sounding_file_release (self, &slot->ledger);
      found = TRUE;
    }
  return found;
}

ThruMidiLedger *
thru_sounding_file_claim (ThruSoundingFile *self,
                          const char       *output)
{
  g_return_val_if_fail (self != NULL && output != NULL, NULL);

  if (strlen (output) >= OUTPUT_ID_SIZE)
    return NULL;

  for (guint i = 0; i < THRU_SOUNDING_OUTPUTS_MAX; i++)
    {
      Slot *slot = &self->content->slots[i];

      if (!g_atomic_int_compare_and_exchange (&slot->in_use, FALSE, TRUE))
        continue;

      thru_midi_ledger_init (&slot->ledger);
      slot->n_ends = 0;
      g_strlcpy (slot->output, output, OUTPUT_ID_SIZE);
      return &slot->ledger;
    }
  return NULL;
}

static Slot *
get_slot (ThruMidiLedger *ledger)
{
  return (Slot *) (void *) ((char *) ledger - G_STRUCT_OFFSET (Slot, ledger));
}

void
thru_sounding_file_record (ThruMidiLedger *ledger,
                           const guint8   *message,
                           gsize           length)
{
  Slot *slot;

  g_return_if_fail (message != NULL);

  if (ledger == NULL)
    return;

  slot = get_slot (ledger);
  if (length == END_SIZE && thru_midi_is_undroppable (message, length))
    memcpy (slot->ends[slot->n_ends++ % ENDS_MAX], message, END_SIZE);
  thru_midi_ledger_record (ledger, message, length);
}

void
thru_sounding_file_release (ThruSoundingFile *self,
                            ThruMidiLedger   *ledger)
{
  Slot *slot;

  if (ledger == NULL)
    return;

  slot = get_slot (ledger);
  g_return_if_fail (slot >= self->content->slots && slot < self->content->slots + THRU_SOUNDING_OUTPUTS_MAX);

  /* The name and the ends stay: what was sent last is not played yet. */
  thru_midi_ledger_init (&slot->ledger);
  g_atomic_int_set (&slot->in_use, FALSE);
}

void
thru_sounding_file_leave (ThruSoundingFile *self,
                          ThruMidiLedger   *ledger)
{
  Slot *slot;

  if (ledger == NULL)
    return;

  slot = get_slot (ledger);
  if (slot->n_ends == 0 && !thru_midi_ledger_is_sounding (ledger))
    thru_sounding_file_release (self, ledger);
  else
    g_atomic_int_set (&slot->left, TRUE);
}
