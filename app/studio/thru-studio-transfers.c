/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-studio-private.h"

void
_thru_studio_add_transfer (ThruStudio   *self,
                           ThruTransfer *transfer)
{
  g_return_if_fail (THRU_IS_STUDIO (self) && THRU_IS_TRANSFER (transfer));

  g_list_store_append (G_LIST_STORE (thru_studio_get_transfers (self)), transfer);
}

void
_thru_studio_remove_transfer (ThruStudio   *self,
                              ThruTransfer *transfer)
{
  GListStore *transfers;
  guint position;

  g_return_if_fail (THRU_IS_STUDIO (self) && THRU_IS_TRANSFER (transfer));

  transfers = G_LIST_STORE (thru_studio_get_transfers (self));
  if (g_list_store_find (transfers, transfer, &position))
    g_list_store_remove (transfers, position);
}

ThruTransfer *
thru_studio_find_transfer (ThruStudio *self,
                           ThruDevice *device)
{
  GListModel *transfers = thru_studio_get_transfers (self);
  guint n = g_list_model_get_n_items (transfers);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(ThruTransfer) transfer = g_list_model_get_item (transfers, i);

      if (thru_transfer_get_device (transfer) == device)
        return transfer;
    }
  return NULL;
}

void
thru_studio_cancel_transfer (ThruStudio   *self,
                             ThruTransfer *transfer)
{
  g_return_if_fail (THRU_IS_STUDIO (self) && THRU_IS_TRANSFER (transfer));

  if (THRU_STUDIO_GET_CLASS (self)->cancel_transfer != NULL)
    THRU_STUDIO_GET_CLASS (self)->cancel_transfer (self, transfer);
}
