<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Plugin;

use Holdfast\Terminal\Model\Stock\StockMoves;
use Magento\Framework\Serialize\SerializerInterface;
use Magento\InventoryReservationsApi\Model\AppendReservationsInterface;
use Magento\InventoryReservationsApi\Model\ReservationInterface;

/**
 * Notes the reservations that Magento writes for a till document.
 */
class NoteReservations
{
    public function __construct(
        private readonly StockMoves $moves,
        private readonly SerializerInterface $serializer
    ) {
    }

    /**
     * @param ReservationInterface[] $reservations
     */
    public function beforeExecute(AppendReservationsInterface $subject, array $reservations): void
    {
        if ($this->moves->sourceCode() === null) {
            return;
        }
        foreach ($reservations as $reservation) {
            $metadata = $this->serializer->unserialize((string)$reservation->getMetadata());
            $this->moves->noteReservation(
                $reservation->getSku(),
                (float)$reservation->getQuantity(),
                (string)($metadata['event_type'] ?? '')
            );
        }
    }
}
