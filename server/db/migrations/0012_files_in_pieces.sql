-- Files are read a piece at a time while they are sent: of one that is compressed everything before the piece is unpacked too.
alter table app.files alter column content set storage external;
