<?php

/**
 * Doubles of Magento's classes, with as much of their behaviour as the module relies on.
 */

declare(strict_types=1);

namespace Magento\Framework {
    class Phrase
    {
        public function __construct(private readonly string $text)
        {
        }

        public function __toString(): string
        {
            return $this->text;
        }
    }
}

namespace Magento\Framework\Exception {
    class LocalizedException extends \Exception
    {
        public function __construct(\Magento\Framework\Phrase $phrase, ?\Exception $cause = null, $code = 0)
        {
            parent::__construct((string)$phrase, (int)$code, $cause);
        }
    }
}

namespace Magento\Framework\Webapi {
    class Exception extends \Magento\Framework\Exception\LocalizedException
    {
        public const HTTP_BAD_REQUEST = 400;
        public const HTTP_NOT_FOUND = 404;

        public function __construct(
            \Magento\Framework\Phrase $phrase,
            $code = 0,
            private readonly int $httpCode = self::HTTP_BAD_REQUEST,
            private readonly array $details = []
        ) {
            parent::__construct($phrase, null, $code);
        }

        public function getHttpCode(): int
        {
            return $this->httpCode;
        }

        public function getDetails(): array
        {
            return $this->details;
        }
    }
}

namespace Magento\Framework\Api {
    abstract class AbstractSimpleObject
    {
        public function __construct(protected array $data = [])
        {
        }

        protected function _get(string $key): mixed
        {
            return $this->data[$key] ?? null;
        }

        public function setData($key, $value)
        {
            $this->data[$key] = $value;
            return $this;
        }

        public function __toArray(): array
        {
            $plain = static fn ($value) => $value instanceof self ? $value->__toArray() : $value;
            return array_map(
                static fn ($value) => is_array($value) ? array_map($plain, $value) : $plain($value),
                $this->data
            );
        }
    }
}

namespace Magento\Framework\DB\Adapter {
    interface AdapterInterface
    {
        public const INSERT_IGNORE = 2;
    }

    class DuplicateException extends \Exception
    {
    }
}

namespace Magento\Framework\DB\Ddl {
    class Trigger
    {
        public const EVENT_INSERT = 'INSERT';
        public const EVENT_UPDATE = 'UPDATE';
        public const EVENT_DELETE = 'DELETE';
        public const TIME_AFTER = 'AFTER';

        public string $name = '';
        public string $table = '';
        public string $event = '';
        /** @var string[] */
        public array $statements = [];

        public function setName($name)
        {
            $this->name = $name;
            return $this;
        }

        public function setTime($time)
        {
            return $this;
        }

        public function setEvent($event)
        {
            $this->event = $event;
            return $this;
        }

        public function setTable($table)
        {
            $this->table = $table;
            return $this;
        }

        public function addStatement($statement)
        {
            $this->statements[] = $statement;
            return $this;
        }
    }

    class TriggerFactory
    {
        public function create(): Trigger
        {
            return new Trigger();
        }
    }
}

namespace Magento\Catalog\Api\Data {
    interface ProductInterface
    {
    }
}

namespace Magento\Framework\EntityManager {
    class MetadataPool
    {
        public function getMetadata($type): self
        {
            return $this;
        }

        public function getLinkField(): string
        {
            return 'entity_id';
        }
    }
}

namespace Magento\Framework\App {
    class ResourceConnection
    {
        public function __construct(private readonly \Magento\Framework\DB\Adapter\AdapterInterface $connection)
        {
        }

        public function getConnection(): \Magento\Framework\DB\Adapter\AdapterInterface
        {
            return $this->connection;
        }

        public function getTableName(string $name): string
        {
            return $name;
        }
    }
}

namespace Psr\Log {
    interface LoggerInterface
    {
        public function warning($message, array $context = []);

        public function error($message, array $context = []);
    }
}

namespace Magento\Sales\Api {
    interface OrderRepositoryInterface
    {
    }
}

namespace Magento\Sales\Model {
    class OrderRepository implements \Magento\Sales\Api\OrderRepositoryInterface
    {
        protected array $registry = ['1' => 'an order'];

        public function remembers(): array
        {
            return $this->registry;
        }
    }
}

namespace Magento\Framework\Serialize {
    interface SerializerInterface
    {
        public function unserialize($string);
    }
}

namespace Magento\InventoryReservationsApi\Model {
    interface ReservationInterface
    {
    }

    interface AppendReservationsInterface
    {
    }
}

namespace Magento\InventorySalesApi\Api\Data {
    interface SalesChannelInterface
    {
    }
}

namespace Magento\InventorySourceDeductionApi\Model {
    interface SourceDeductionServiceInterface
    {
    }

    interface SourceDeductionRequestInterface
    {
        public function getSourceCode();

        public function getItems();

        public function getSalesChannel();
    }
}
